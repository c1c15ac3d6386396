using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Vouching;

namespace AkkaCompute.Domain.Workers;

/// <summary>Everything that a worker's durable actor is told and says. It is off the path of tasks: sessions execute.</summary>
public static class WorkerProtocol
{
    /// <summary>A session on this cluster node speaks for the c-node from now on. Idempotent.</summary>
    public sealed record Declare(NodeId NodeId, ReadOnlyMemory<byte> PublicKey, IReadOnlyList<string> Capabilities) : IWithNodeId;

    /// <summary>The declaration is durable.</summary>
    public sealed record DeclarationAccepted(NodeId NodeId) : IWithNodeId;

    public sealed record Declared(NodeId NodeId, ReadOnlyMemory<byte> PublicKey, IReadOnlyList<string> Capabilities) : IWithNodeId;

    /// <summary>
    /// A boss settles work with this worker: the worker keeps what it was told and vouches for the boss in return.
    /// Idempotent by (job, number).
    /// </summary>
    /// <param name="Vouch">The boss's vouch about this worker.</param>
    public sealed record Settle(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.About;
    }

    /// <summary>The worker's vouch for the boss is durable in the boss's reputation.</summary>
    public sealed record Settled(NodeId NodeId, JobId JobId, long Number) : IWithJobId, IWithNodeId;

    /// <summary>A number is missing before this one: the job sends again from <paramref name="Expected"/>.</summary>
    public sealed record SettleGap(NodeId NodeId, JobId JobId, long Expected) : IWithJobId, IWithNodeId;

    /// <summary>The worker vouched for a boss.</summary>
    public sealed record Rewarded(Vouch Vouch) : IWithNodeId
    {
        public NodeId NodeId => Vouch.By;
    }
}
