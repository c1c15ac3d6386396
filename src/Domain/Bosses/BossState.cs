using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Domain.Bosses;

/// <summary>
/// The open jobs of one boss. Of those that ended their number is kept: the job itself, or what is left of it, knows the rest.
/// </summary>
/// <param name="Finished">How many have ended.</param>
/// <param name="Secret">What its jobs' keys are made from (<see cref="JobKeys"/>); empty before its first job.</param>
public sealed record BossState(NodeId NodeId, ImmutableDictionary<JobId, JobSpec> Open, long Finished, ReadOnlyMemory<byte> Secret)
{
    /// <summary>Open jobs that one boss may have: each costs the cluster a live actor.</summary>
    public const int MaxOpenJobs = 1_000;

    public static BossState Empty(NodeId id) => new(id, ImmutableDictionary<JobId, JobSpec>.Empty, 0, default);

    public static BossState Of(BossSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new(snapshot.NodeId, snapshot.Open.ToImmutableDictionary(spec => spec.Id), snapshot.Finished, snapshot.Secret);
    }

    /// <summary>The job that is open under this id; with a refusal where it is another one.</summary>
    public (bool IsOpen, Refused? Refusal) Find(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Open.TryGetValue(spec.Id, out var known)
            ? (true, known == spec ? null : SpecDifference.Conflict(known, spec))
            : (false, null);
    }

    /// <summary>Why a job that is not open can't be taken; null where it can.</summary>
    /// <param name="eligible">Workers that are there for its payload.</param>
    public Refused? Refuse(JobSpec spec, int eligible)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (spec.Check() is { } invalid)
            return invalid;
        if (Open.Count >= MaxOpenJobs)
            return new Refused(RefusalReason.TooManyJobs, $"This boss has {Open.Count} open jobs, at most {MaxOpenJobs}.");
        return eligible < spec.Policy.Needed
            ? new Refused(RefusalReason.TooFewWorkers,
                $"Policy: {spec.Policy} wants {spec.Policy.Needed} {(spec.Policy.StatesError ? "trusted workers" : "workers")} for "
                + $"'{spec.Payload.Capability}'; {eligible} are there.")
            : null;
    }

    public BossState Apply(SecretMade made) => this with { Secret = made.Secret };

    public BossState Apply(JobTaken taken) => this with { Open = Open.SetItem(taken.Spec.Id, taken.Spec) };

    public BossState Apply(JobEnded ended) =>
        Open.ContainsKey(ended.JobId) ? this with { Open = Open.Remove(ended.JobId), Finished = Finished + 1 } : this;

    public JobList Answer() => new(NodeId, [.. Open.Keys.Order()], Finished);

    public BossSnapshot ToSnapshot() => new(NodeId, [.. Open.OrderBy(job => job.Key).Select(job => job.Value)], Finished, Secret);
}
