using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>The singleton's snapshot: the roster, how far each beacon chain was used, and the draw requests of the last epochs.</summary>
/// <param name="Chains">The last reveal of each, the latest used last.</param>
/// <param name="Requests">Oldest first.</param>
public sealed record RosterMemory(RosterSnapshot Snapshot, ImmutableArray<Reveal> Chains, ImmutableArray<EpochRequests> Requests) : IWire;

/// <summary>What one epoch drew, in its order.</summary>
public sealed record EpochRequests(Epoch Epoch, ImmutableArray<DrawRequest> Requests);
