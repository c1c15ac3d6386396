using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>The numbers up to which one worker's vouches have arrived, in both places.</summary>
public readonly record struct Delivery(NodeId Worker, long Number);
