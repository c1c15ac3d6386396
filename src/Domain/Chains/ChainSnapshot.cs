using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>A keeper's snapshot: where all chains of an author stand, and where their entries are in the journal.</summary>
public sealed record ChainSnapshot(AuthorChains Chains, EntryIndex Index) : IWire;
