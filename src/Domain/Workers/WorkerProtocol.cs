using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Domain.Workers;

/// <summary>Everything that a worker's durable actor is told and says. It is off the path of tasks: sessions execute and sign.</summary>
public static class WorkerProtocol
{
    // ── with jobs ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>
    /// A boss settles work with this worker: the worker keeps what it was told, and from then on sees to it that the boss gets its
    /// vouch in return. Idempotent by (job, number).
    /// </summary>
    /// <param name="Vouch">The boss's vouch about this worker.</param>
    public sealed record Settle(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.About;

        /// <summary>
        /// Up to which number the job knows its settlements to be durable: where nobody remembers the job, the next one follows on this.
        /// </summary>
        public long After { get; init; }
    }

    /// <summary>The settlement is durable with the worker, and so are all before it of this job.</summary>
    public sealed record Settled(NodeId NodeId, JobId JobId, long Number) : IWithJobId, IWithNodeId;

    /// <summary>A number is missing before this one: the job sends again from <paramref name="Expected"/>.</summary>
    public sealed record SettleGap(NodeId NodeId, JobId JobId, long Expected) : IWithJobId, IWithNodeId;

    /// <summary>
    /// A lease that the worker had accepted ran out. Said once: where it is lost, that is to the worker's good. Said where all nodes of the
    /// roster know it (<see cref="Draw.NodeInfo.Speaks"/>).
    /// </summary>
    /// <param name="Epoch">The one in force when it did.</param>
    public sealed record RanOut(NodeId NodeId, JobId JobId, long Bundle, Epoch Epoch) : IWithNodeId;

    // ── with the worker's session, which has the key ────────────────────────────────────────────────────────────────

    /// <summary>The c-node has a session that signs for it. Said at its start and every minute: it wakes what waits for it.</summary>
    public sealed record Attach(NodeId NodeId) : IWithNodeId;

    /// <summary>Asks the session for a reward for each verdict that this settlement sums up. Idempotent by (job, number).</summary>
    /// <param name="Settlement">The boss's vouch.</param>
    public sealed record SignRewards(Vouch Settlement) : IWithNodeId
    {
        public NodeId NodeId => Settlement.About;
    }

    /// <summary>They are signed, and have receipts.</summary>
    /// <param name="Number">Of the settlement.</param>
    /// <param name="Entries">In the order of the verdicts; none for a rejection, which a worker that was outvoted can't judge.</param>
    public sealed record RewardsSigned(
        NodeId NodeId, JobId JobId, long Number, IReadOnlyList<ReadOnlyMemory<byte>> Entries) : IWithJobId, IWithNodeId;

    // ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>A settlement was taken.</summary>
    public sealed record SettlementTaken(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.About;
    }

    /// <summary>The worker vouched for a boss.</summary>
    public sealed record Rewarded(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.By;
    }

    /// <summary>A lease that the worker had accepted ran out in this epoch.</summary>
    public sealed record Missed(NodeId NodeId, Epoch Epoch) : IWithNodeId;

    /// <summary>A worker's snapshot.</summary>
    /// <param name="Jobs">How far each job has come.</param>
    /// <param name="Open">The settlements that no reward answers yet, and the rewards that have not arrived.</param>
    public sealed record WorkerSnapshot(
        NodeId NodeId, IReadOnlyList<WorkerSnapshot.Job> Jobs, IReadOnlyList<Vouch> Open) : IWithNodeId
    {
        /// <summary>What it has let run out.</summary>
        public WorkerRest Rest { get; init; } = WorkerRest.None;

        /// <summary>A job's numbers: up to which settlements were taken, answered, and the answers have arrived.</summary>
        public sealed record Job(JobId JobId, long Taken, long Rewarded, long Delivered);
    }
}
