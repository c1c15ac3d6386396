using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster;

/// <summary>What became of a part.</summary>
public enum ReplicaVerdict
{
    /// <summary>At least one epoch is complete and in force.</summary>
    Applied,

    /// <summary>The part is kept; more parts of the next epoch are to come.</summary>
    Waiting,

    /// <summary>Seen before, or older: ignored.</summary>
    Duplicate,

    /// <summary>Something before it is missing: ask for all since <see cref="ReplicaReply.Since"/>. May only be under way.</summary>
    Gap,

    /// <summary>
    /// It does not follow on this history, or its root is wrong. The history is given up: ask for all since
    /// <see cref="ReplicaReply.Since"/>, which is the beginning.
    /// </summary>
    Diverged,

    /// <summary>No part at all: its numbers make no sense.</summary>
    Malformed,
}

/// <param name="Since">The epoch that the replica is at.</param>
/// <param name="Applied">With <see cref="ReplicaVerdict.Applied"/>, the deltas in their order; empty after a snapshot.</param>
/// <param name="Why">Of <see cref="ReplicaVerdict.Diverged"/> and <see cref="ReplicaVerdict.Malformed"/>, for people.</param>
public sealed record ReplicaReply(ReplicaVerdict Verdict, Epoch Since, IReadOnlyList<RosterDelta> Applied, string? Why = null);
