using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Workers;

namespace AkkaCompute.Actors.Bootstrapping;

/// <summary>What bootstrapping needs of its node.</summary>
/// <param name="Workers">The c-nodes that hand in the jobs.</param>
/// <param name="Rosters">Whether there are newcomers.</param>
/// <param name="Seasons">Which of them the jobs are for.</param>
/// <param name="Drain">Whether the node is to leave: then nothing is handed in.</param>
/// <param name="Service">Takes the jobs.</param>
public sealed record BootstrapNode(
    BootstrapOptions Options, IReadOnlyList<LocalWorker> Workers, RosterView Rosters, Seasons Seasons, NodeMetrics Metrics,
    DrainSwitch Drain, IActorRef Service, UnknownMessages Unknown) : IComputeService;
