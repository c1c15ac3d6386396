using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>A link, and the signature of the node whose it is, over what it was shown for: <see cref="EpochFreeze.Sign"/>.</summary>
public readonly record struct SignedReveal(Reveal Reveal, ImmutableArray<byte> Signature);

/// <summary>A cluster node's signature of an epoch record: <see cref="EpochRecord.Sign"/>.</summary>
/// <param name="Node">The NodeId of its key.</param>
public readonly record struct RecordSignature(NodeId Node, ImmutableArray<byte> Signature);
