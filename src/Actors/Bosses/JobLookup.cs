using Akka.Actor;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Actors.Bosses;

/// <summary>
/// What a boss's actor has to know before it answers for a job: its key in force, the job's journal, the blobs of its payload.
/// </summary>
internal sealed class JobLookup(BossNode node, ActorSystem system)
{
    private readonly EventReader _reader = new(system);

    /// <param name="Command">What was asked.</param>
    /// <param name="Refusal">Why it is not answered at all; null where it is.</param>
    /// <param name="Exists">The job has events.</param>
    /// <param name="NewRefusal">Why it can't be handed in, if it is new; null where it can.</param>
    internal sealed record Found(IWire Command, SubmitJob Submit, Refused? Refusal, bool Exists, Refused? NewRefusal);

    /// <summary>The entries are in the boss's chain, and the payload's blobs stay as long as the job; or why not.</summary>
    internal sealed record Paid(OpenJob Command, Refused? Refusal);

    public async Task<Found> FindAsync(IWire command, SubmitJob submit)
    {
        var spec = submit.Spec;
        var answer = await node.Chain.Ask<IWire>(new ChainProtocol.GetPlace(spec.Boss), node.Job.ResendAfter).ConfigureAwait(false);
        if (JobAuthorization.RefusalOf(answer, submit.Signature!, nameof(SubmitJob)) is { } refused)
            return new Found(command, submit, refused, false, null);
        var exists = await _reader.HasAnyAsync(JobActor.PersistenceIdOf(spec.Id)).ConfigureAwait(false);
        var declared = ((ChainProtocol.Place)answer).Author is not null;
        var newRefusal = declared
            ? node.Ceilings.Check(spec) ?? await node.Seasons.CheckAsync(spec.Cohort).ConfigureAwait(false)
                ?? await FindBlobsAsync(spec.Payload).ConfigureAwait(false)
            : new Refused(RefusalReason.NotDeclared, $"SubmitJob.Boss: {spec.Boss} has not declared itself.");
        return new Found(command, submit, null, exists, newRefusal);
    }

    /// <summary>Brings the entries in, which repeated changes nothing, and records that the job needs its blobs.</summary>
    public async Task<Paid> PayAsync(OpenJob command)
    {
        var spec = command.Submit.Spec;
        var append = new ChainProtocol.Append(spec.Boss, [command.Opening, command.Delegate], []);
        var answer = await node.Chain.Ask<IWire>(append, node.Job.ResendAfter).ConfigureAwait(false);
        if (JobAuthorization.RefusalOf(answer) is { } refused)
            return new Paid(command, refused);
        foreach (var blob in spec.Payload.Blobs)
        {
            if (!await node.Blobs.ReferAsync(blob, spec.Id, spec.Boss, CancellationToken.None).ConfigureAwait(false))
                return new Paid(command, PayloadVerdicts.Missing(blob));
        }
        return new Paid(command, null);
    }

    internal static Found Unanswered(IWire command, SubmitJob submit, Exception failure) =>
        new(command, submit, NoAnswer(failure), false, null);

    internal static Refused NoAnswer(Exception failure) =>
        new(
            RefusalReason.Unavailable,
            $"The keeper of the boss's chains, the job, the journal or the blob store does not answer: {failure.Message}");

    private async Task<Refused?> FindBlobsAsync(Payload payload) => payload.Blobs.Count == 0 ? null
        : await Task.Run(() => node.Payloads.OfJobAsync(payload, CancellationToken.None)).ConfigureAwait(false);
}
