using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// What must hold outside the job before it takes an authorization: its boss's account has the budget, and the boss's chains have both
/// entries. That they do is what their keeper says: it gives receipts for what it has. So their signatures and their key are the boss's.
/// </summary>
internal sealed class JobAuthorization(NodeContext node, JobOptions options, IActorRef self)
{
    /// <summary>What account and keeper say to an authorization.</summary>
    internal sealed record Checked(Authorize Command, IWire Answer)
    {
        /// <summary>Why it is not taken; null where it is.</summary>
        public Refused? Refusal => Answer switch
        {
            ChainProtocol.Appended { Receipts.Count: 2 } => null,
            ChainProtocol.AppendRefused refused => new Refused(RefusalReason.Invalid, $"Opening, Delegate: {refused.Reason}: {refused.Message}"),
            Refused refused => refused,
            _ => new Refused(RefusalReason.Unavailable, "Opening, Delegate: not in the boss's chains yet."),
        };
    }

    /// <summary>Asks both; <see cref="Checked"/> comes to the job, from <paramref name="sender"/>.</summary>
    public void Ask(Authorize command, JobSpec spec, IActorRef sender) => AskAsync(command, spec).PipeTo(
        self, sender, answer => new Checked(command, answer),
        failure => new Checked(command, new Refused(RefusalReason.Unavailable, $"The keeper of the boss's account, or of its chains, does not answer: {failure.Message}")));

    /// <summary>The budget first: who can't pay gets nothing done.</summary>
    private async Task<IWire> AskAsync(Authorize command, JobSpec spec)
    {
        if (!spec.Budget.IsZero)
        {
            var held = await node.Account.Ask<IWire>(new AccountProtocol.Hold(spec.Boss, spec.Id, spec.Budget), options.ResendAfter);
            if (held is not AccountProtocol.Held)
                return held;
        }
        return await node.Chain.Ask<IWire>(new ChainProtocol.Append(spec.Boss, [command.Opening, command.Delegate], []), options.ResendAfter);
    }
}
