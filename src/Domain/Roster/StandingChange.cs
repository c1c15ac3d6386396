using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>A c-node's new standing.</summary>
public readonly record struct StandingChange(NodeId NodeId, Standing Standing);
