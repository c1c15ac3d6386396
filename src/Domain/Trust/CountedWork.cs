using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Trust;

/// <summary>
/// The assignments that a boss had drawn: what its vouches are divided by, whether the work was done, cancelled or passed on.
/// It follows from the epoch's record and beacon alone, so that a boss can't leave it out.
/// </summary>
/// <param name="Boss">For whom the draw was.</param>
/// <param name="Epoch">Whose beacon drew it.</param>
/// <param name="Assignments">
/// Bundles × ranks of their groups (k), at attempt 0; to <see cref="WorkEntry.MaxAssignments"/>. Not tasks: a bundle is one
/// draw, and a boss with few large ones would be lucky more easily.
/// </param>
public readonly record struct DrawnWork(NodeId Boss, ulong Epoch, long Assignments);

/// <summary>What a boss vouched of a worker's assignments, with what decides whether it counts.</summary>
/// <param name="Boss">Who vouches.</param>
/// <param name="Worker">Of whom.</param>
/// <param name="Epoch">The epoch that included the entry.</param>
/// <param name="Satisfied">Bundles with all results corroborated: by a passed check, or by another drawn worker.</param>
/// <param name="Unsatisfied">Bundles with a result that was found wrong.</param>
/// <param name="Draw">How the worker got them; the same for all of an entry.</param>
public readonly record struct WorkEntry(
    NodeId Boss, NodeId Worker, ulong Epoch, long Satisfied, long Unsatisfied, DrawnPlace Draw)
{
    /// <summary>The most assignments of one entry; small enough that the sum of 2²⁷ entries does not overflow.</summary>
    public const long MaxAssignments = 1 << 20;
}

/// <summary>A place in a drawn group.</summary>
/// <param name="Attempt">0, or how often the bundle was drawn before.</param>
/// <param name="Rank">The place in the group, from 0.</param>
/// <param name="GroupSize">k: the first ranks, whose work is compared: <see cref="Verification.Policy.Earning"/>.</param>
/// <param name="Eligible">Trusted c-nodes that could be drawn.</param>
/// <param name="Trusted">Trusted c-nodes in the roster.</param>
/// <param name="CountsEpoch">Drawn by the epoch after the one that took the task, and that epoch is not degraded.</param>
public readonly record struct DrawnPlace(
    uint Attempt, int Rank, int GroupSize, int Eligible, int Trusted, bool CountsEpoch)
{
    /// <summary>1 of <see cref="Weight"/>.</summary>
    public const long One = 1 << 16;

    /// <summary>
    /// Eligible over trusted, in parts of 65,536, rounded down; 0 for what earns nothing: a later attempt, a rank that was
    /// only reached by passing others over or by growing, a group of one, and a draw whose beacon could be known.
    /// </summary>
    public long Weight =>
        !CountsEpoch || Attempt != 0 || Rank < 0 || Rank >= GroupSize || GroupSize < 2 || Trusted <= 0 || Eligible <= 0
            ? 0
            : One * Math.Min(Eligible, Trusted) / Trusted;
}
