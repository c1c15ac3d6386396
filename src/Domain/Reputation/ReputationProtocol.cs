using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Reputation;

/// <summary>Everything that a c-node's reputation is told and says.</summary>
public static class ReputationProtocol
{
    /// <summary>Keep this vouch. Idempotent by (job, author, role, number).</summary>
    public sealed record Record(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.About;

        /// <summary>
        /// Up to which number the author knows its vouches to be durable: where nobody remembers the job, the next one follows on this.
        /// </summary>
        public long After { get; init; }
    }

    /// <summary>The vouch is durable, and so are all before it of the same job and pair.</summary>
    public sealed record Recorded(NodeId NodeId, NodeId By, Role Role, JobId JobId, long Number) : IWithJobId, IWithNodeId;

    /// <summary>A number is missing before this one: the author sends again from <paramref name="Expected"/>.</summary>
    public sealed record Gap(NodeId NodeId, NodeId By, Role Role, JobId JobId, long Expected) : IWithJobId, IWithNodeId;

    /// <summary>Asks for the scores; answered by <see cref="Reputation"/>, all zero for a c-node that nobody vouched for.</summary>
    public sealed record GetReputation(NodeId NodeId) : IWithNodeId;

    /// <summary>What a c-node has earned in each role.</summary>
    public sealed record Reputation(NodeId NodeId, Score Boss, Score Worker) : IWithNodeId;

    /// <summary>All that a reputation is: where its actor starts from.</summary>
    /// <param name="Numbers">The one that was used longest ago first.</param>
    public sealed record ReputationSnapshot(NodeId NodeId, Score Boss, Score Worker, IReadOnlyList<VouchNumber> Numbers) : IWithNodeId;

    /// <summary>The one event: a vouch was kept.</summary>
    public sealed record VouchRecorded(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.About;
    }
}

/// <summary>What a role has earned so far.</summary>
/// <param name="Accepted">Task results accepted (worker) or acknowledged (boss).</param>
/// <param name="Rejected">Task results rejected.</param>
/// <param name="Vouches">How many vouches these come from.</param>
public sealed record Score(long Accepted, long Rejected, long Vouches)
{
    /// <summary>Nobody has vouched.</summary>
    public static readonly Score Zero = new(0, 0, 0);

    /// <summary>The score with one vouch more.</summary>
    public Score Add(Vouch vouch) => new(Accepted + vouch.Accepted, Rejected + vouch.Rejected, Vouches + 1);
}
