using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>
/// How far the record of an epoch covers a chain, with the proof: for who has no roster.
/// </summary>
/// <param name="Epoch">Of the record; 0: there is none yet.</param>
/// <param name="Head">The last entry that it covers; null: it has no such chain, as is said without a
/// proof.</param>
/// <param name="Proof">That the record's root of heads has it; null without a head.</param>
public sealed record ShownHead(Epoch Epoch, ChainHead? Head, MerkleSetProof<ChainName, ChainHead>? Proof) : IWire;
