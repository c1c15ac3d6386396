using Akka.Actor;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Workers;

/// <summary>What the sessions of a node are given of it, and whom they talk to.</summary>
/// <param name="Rules">How much work a declaration costs.</param>
/// <param name="Rosters">Who is in the roster, and the epoch in force.</param>
/// <param name="KeyOf">The key of a cluster node; null where it is not known: its receipts don't count then.</param>
/// <param name="Drain">Whether the node is to leave.</param>
public sealed record WorkerNode(
    TrustRules Rules, TimeProvider Time, NodeMetrics Metrics, UnknownMessages Unknown, RosterView Rosters, Func<NodeId, PublicKey?> KeyOf,
    DrainSwitch Drain)
{
    /// <summary>The keepers of the authors' chains.</summary>
    public required IActorRef Chain { get; init; }

    /// <summary>The workers' durable sides.</summary>
    public required IActorRef Worker { get; init; }

    /// <summary>Large inputs and outputs of the tasks that run here.</summary>
    public required TaskBlobs Blobs { get; init; }

    /// <summary>
    /// Sessions that open their chains at once. Ten thousand together are more than a journal takes: it gives up on all of them.
    /// </summary>
    internal SemaphoreSlim Openings { get; } = new(64);
}
