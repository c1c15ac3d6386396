using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>What a worker signs before its results are looked at.</summary>
/// <param name="Entry">Its signed <see cref="Result"/>, whose root is over the salted results.</param>
/// <param name="Salt">For the Job alone.</param>
/// <param name="Key">The key that signed it.</param>
public sealed record Commitment(ReadOnlyMemory<byte> Entry, BundleSalt Salt, PublicKey Key);
