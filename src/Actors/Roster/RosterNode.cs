using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Roster;

/// <summary>What the roster's actors are given of their node.</summary>
/// <param name="NodeKey">Signs reveals and records.</param>
/// <param name="KeyOf">The key of a cluster node; null where it is not known.</param>
/// <param name="Rosters">Where the replica shows the roster.</param>
/// <param name="Neighbours">Is told which nodes come and go.</param>
/// <param name="Health">Whether the roster moves.</param>
public sealed record RosterNode(
    IRosterOptions Options, TimeProvider Time, NodeMetrics Metrics, Durability Durability, KeyPair NodeKey, Func<NodeId, PublicKey?> KeyOf,
    RosterView Rosters, Neighbours Neighbours, RosterHealth Health)
{
    /// <summary>The chains of chance of this process.</summary>
    public required NodeChains Chains { get; init; }

    /// <summary>Epochs that this node withholds its reveals from: for tests of what comes of it. <c>null</c>: none.</summary>
    internal Func<EpochFreeze, bool>? Withholds { get; init; }
}
