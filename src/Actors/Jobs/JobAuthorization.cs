using Akka.Actor;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// What must hold outside the job before it takes an authorization: its boss's account has the budget, and the boss's chains have both
/// entries. That they do is what their keeper says: it gives receipts for what it has. So their signatures and their key are the boss's.
/// </summary>
internal sealed class JobAuthorization(JobNode node, JobOptions options, IActorRef self)
{
    /// <summary>What account and keeper say to a command.</summary>
    /// <param name="Refusal">Why it is not taken; null where it is.</param>
    internal sealed record Checked(ICommand Command, Refused? Refusal);

    /// <summary>Asks both; <see cref="Checked"/> comes to the job, from <paramref name="sender"/>.</summary>
    public void Ask(Authorize command, JobSpec spec, IActorRef sender) => Tell(command, sender, AskAsync(command, spec));

    /// <summary>Asks whether the key that signed a cancellation is the boss's now.</summary>
    public void Ask(CancelJob command, JobSpec spec, IActorRef sender) => Tell(command, sender, AskAsync(command, spec));

    private void Tell(ICommand command, IActorRef sender, Task<Refused?> refusal) => refusal.PipeTo(
        self, sender, why => new Checked(command, why),
        failure => new Checked(command, new Refused(
            RefusalReason.Unavailable, $"The keeper of the boss's account, or of its chains, does not answer: {failure.Message}")));

    /// <summary>What a keeper says to the two entries; null where it has them.</summary>
    internal static Refused? RefusalOf(IWire answer) => answer switch
    {
        ChainProtocol.Appended { Receipts.Count: 2 } => null,
        ChainProtocol.AppendRefused { Reason: EntryRefusal.BadCheckpoint or EntryRefusal.Gap } refused =>
            new Refused(RefusalReason.Unavailable, $"Opening, Delegate: {refused.Reason}: {refused.Message}"),
        ChainProtocol.AppendRefused refused =>
            new Refused(RefusalReason.Invalid, $"Opening, Delegate: {refused.Reason}: {refused.Message}"),
        Refused refused => refused,
        _ => new Refused(RefusalReason.Unavailable, "Opening, Delegate: not in the boss's chains yet."),
    };

    /// <summary>Null where the boss signs with this key now.</summary>
    internal static Refused? RefusalOf(IWire answer, RequestSignature signature, string request) => answer switch
    {
        ChainProtocol.Place place when place.SignsWith(signature.Key) => null,
        ChainProtocol.Place place =>
            new Refused(RefusalReason.Invalid, $"{request}.Signature: by {signature.Key}, which is not the key of {place.NodeId}."),
        Refused refused => refused,
        _ => new Refused(RefusalReason.Unavailable, $"{request}: the keeper of the boss's chains does not know its key yet."),
    };

    /// <summary>The budget first: who can't pay gets nothing done.</summary>
    private async Task<Refused?> AskAsync(Authorize command, JobSpec spec)
    {
        if (!spec.Budget.IsZero)
        {
            var held = await node.Account.Ask<IWire>(new AccountProtocol.Hold(spec.Boss, spec.Id, spec.Budget), options.ResendAfter);
            if (held is not AccountProtocol.Held)
                return held as Refused ?? new Refused(RefusalReason.Unavailable, "Budget: not held yet.");
        }
        return RefusalOf(
            await node.Chain.Ask<IWire>(new ChainProtocol.Append(spec.Boss, [command.Opening, command.Delegate], []), options.ResendAfter));
    }

    private async Task<Refused?> AskAsync(CancelJob command, JobSpec spec) =>
        RefusalOf(
            await node.Chain.Ask<IWire>(new ChainProtocol.GetPlace(spec.Boss), options.ResendAfter), command.Signature!, nameof(CancelJob));
}
