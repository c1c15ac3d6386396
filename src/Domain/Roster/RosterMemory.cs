using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// The singleton's snapshot: the roster, the draw requests of the last epochs, the heads of all chains (80 bytes each), and all
/// standings but that of newcomers.
/// </summary>
/// <param name="Requests">Oldest first.</param>
/// <param name="Period">The last epoch of the period that the trust root is of.</param>
public sealed record RosterMemory(
    RosterSnapshot Snapshot, ImmutableArray<EpochRequests> Requests, ImmutableArray<ChainHead> Heads,
    ImmutableArray<StandingChange> Standings, Epoch Period) : IWire;

/// <summary>What one epoch drew, in its order.</summary>
public sealed record EpochRequests(Epoch Epoch, ImmutableArray<DrawRequest> Requests);
