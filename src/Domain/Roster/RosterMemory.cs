using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>The singleton's snapshot: the roster, how far each beacon chain was used, and the pages of the last epochs.</summary>
/// <param name="Chains">The last reveal of each, the latest used last.</param>
/// <param name="Pages">Oldest first.</param>
public sealed record RosterMemory(RosterSnapshot Snapshot, ImmutableArray<Reveal> Chains, ImmutableArray<EpochPages> Pages) : IWire;

/// <summary>The pages that one epoch drew.</summary>
public sealed record EpochPages(Epoch Epoch, ImmutableArray<PageEntry> Entries);
