using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Actors.Chains;

/// <summary>What a keeper of chains is given of its node.</summary>
/// <param name="Rules">How much work a declaration costs, and how old a checkpoint may be.</param>
/// <param name="Budgets">What cheap keys may open.</param>
/// <param name="PlaceHeldFor">Time for which a place in a main chain is lent.</param>
/// <param name="NodeKey">Signs receipts.</param>
/// <param name="KeyOf">The key of a cluster node; null where it is not known.</param>
/// <param name="Rosters">The epoch in force, and who is trusted in it.</param>
/// <param name="Replica">Takes heads and bans to the roster.</param>
public sealed record ChainNode(
    Durability Durability, TimeProvider Time, TrustRules Rules, RosterBudgets Budgets, TimeSpan PlaceHeldFor, KeyPair NodeKey,
    Func<NodeId, PublicKey?> KeyOf, RosterView Rosters, IActorRef Replica)
{
    /// <summary>Looks up records of before this node followed the roster.</summary>
    public required RecordLookup Records { get; init; }
}
