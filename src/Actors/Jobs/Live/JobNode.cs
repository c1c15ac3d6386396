using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>What a job's actor is given of its node, and whom it talks to.</summary>
/// <param name="Events">Reads a job's pages and decisions back.</param>
/// <param name="Rosters">Who can be drawn, and the epoch in force.</param>
/// <param name="Neighbours">Where workers' sessions are, and which nodes have gone.</param>
/// <param name="KeyOf">The key of a cluster node; null where it is not known: its receipts don't count then.</param>
public sealed record JobNode(
    JobOptions Options, TimeProvider Time, NodeMetrics Metrics, Durability Durability, EventReader Events, RosterView Rosters,
    Neighbours Neighbours, Func<NodeId, PublicKey?> KeyOf)
{
    /// <summary>The bosses: each is told that its job is over.</summary>
    public required IActorRef Boss { get; init; }

    /// <summary>The workers' durable sides: they take settlements.</summary>
    public required IActorRef Worker { get; init; }

    /// <summary>The keepers of the authors' chains.</summary>
    public required IActorRef Chain { get; init; }

    /// <summary>Takes vouches.</summary>
    public required IActorRef Reputation { get; init; }

    /// <summary>Takes holds, payments and refunds.</summary>
    public required IActorRef Account { get; init; }

    /// <summary>Keeps the large inputs and outputs of its tasks.</summary>
    public required IBlobStore Blobs { get; init; }

    /// <summary>What is kept for one boss: the large outputs of its jobs are its own.</summary>
    public required BlobQuota BlobQuota { get; init; }

    /// <summary>How long a cohort's season is.</summary>
    public required TrustRules Rules { get; init; }

    /// <summary>Has bundles drawn.</summary>
    public required IActorRef Replica { get; init; }
}
