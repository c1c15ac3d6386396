using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Domain.Roster;

/// <summary>A c-node's new standing.</summary>
public readonly record struct StandingChange(NodeId NodeId, Standing Standing);
