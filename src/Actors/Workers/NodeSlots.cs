using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Scheduling;

namespace AkkaCompute.Actors.Workers;

/// <summary>The c-nodes of a cluster node, and what it announces of them.</summary>
/// <param name="Workers">The c-nodes that work on it.</param>
/// <param name="Slots">Bundles that run at once.</param>
/// <param name="Compiling">How much compiling of foreign modules it does, and for whom.</param>
/// <param name="Info">The node as it is to be announced now: its chain of chance changes in the course of time.</param>
public sealed record NodeSlots(IReadOnlyList<LocalWorker> Workers, int Slots, CompileRules Compiling, Func<NodeInfo> Info)
{
    /// <summary>Says when there is another chain of chance to announce.</summary>
    public required NodeChains Chains { get; init; }
}
