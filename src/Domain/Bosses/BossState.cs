using System.Collections.Immutable;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Domain.Bosses;

/// <summary>The jobs of one boss.</summary>
public sealed record BossState(NodeId NodeId, ImmutableDictionary<JobId, JobSpec> Open, ImmutableHashSet<JobId> Ended)
{
    /// <summary>Open jobs that one boss may have: each costs the cluster a live actor.</summary>
    public const int MaxOpenJobs = 1_000;

    public static BossState Empty(NodeId id) =>
        new(id, ImmutableDictionary<JobId, JobSpec>.Empty, ImmutableHashSet<JobId>.Empty);

    /// <summary>Decides on a job that is handed in: an event if it is new, a refusal if it can't be taken.</summary>
    /// <param name="eligible">Workers that are there for its payload.</param>
    public (JobTaken? Event, Refused? Refusal) Process(SubmitJob command, int eligible)
    {
        var spec = command.Spec;
        if (spec.Check() is { } invalid)
            return (null, invalid);
        if (Open.TryGetValue(spec.Id, out var known))
            return (null, known == spec ? null : SpecDifference.Conflict(known, spec));
        if (Ended.Contains(spec.Id))
            return (null, null); // the job itself compares: it still has its spec
        if (Open.Count >= MaxOpenJobs)
            return (null, new Refused(RefusalReason.TooManyJobs, $"This boss has {Open.Count} open jobs, at most {MaxOpenJobs}."));
        if (eligible < spec.Policy.First)
            return (null, new Refused(RefusalReason.TooFewWorkers,
                $"Policy: {spec.Policy} wants {spec.Policy.First} workers for '{spec.Payload.Capability}'; {eligible} are there."));
        return (new JobTaken(spec), null);
    }

    public BossState Apply(JobTaken taken) => this with { Open = Open.Add(taken.Spec.Id, taken.Spec) };

    public BossState Apply(JobEnded ended) => this with { Open = Open.Remove(ended.JobId), Ended = Ended.Add(ended.JobId) };

    public JobList Answer() => new(NodeId, [.. Open.Keys.Order()], Ended.Count);
}
