namespace AkkaCompute.Sim.Policies;

/// <summary>
/// What colluders say of a task: 0 the truth, another number a lie. All of them know each other, the policy, and who is in the group.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Plan">
/// Their plan for one task: its place in the job from 0 to below 1, whether the first ranks (as many as are asked at once) are all theirs,
/// and chance. The truth, one lie for all, or a lie by rank.
/// </param>
internal sealed record Adversary(string Name, Plan Plan)
{
    public const int TwoLies = -1, LieEach = -2, CoinEach = -3;

    /// <summary>Those whose attack is the same at any rate.</summary>
    public static IReadOnlyList<Adversary> All { get; } =
    [
        new("one lie, together", (double at, bool all, ref Chance chance) => 1),
        new("two lies", (double at, bool all, ref Chance chance) => TwoLies),
        new("a lie each", (double at, bool all, ref Chance chance) => LieEach),
        new("each by a coin", (double at, bool all, ref Chance chance) => CoinEach),
        new("on and off", (double at, bool all, ref Chance chance) => at * 1_000 % 2 < 1 ? 1 : 0),
        new("only in the last hundredth", (double at, bool all, ref Chance chance) => at >= 0.99 ? 1 : 0),
        new("only where the first asked are all theirs", (double at, bool all, ref Chance chance) => all ? 1 : 0),
    ];

    /// <summary>Together, in a share of the tasks.</summary>
    public static Adversary AtRate(double rate) =>
        new($"together, at a rate of {rate}", (double at, bool all, ref Chance chance) => chance.Happens(rate) ? 1 : 0);
}

internal delegate int Plan(double at, bool all, ref Chance chance);
