using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Ledger;

/// <summary>What the executions of a bundle cost a job, and what of it the workers get.</summary>
public static class Pricing
{
    /// <summary>
    /// A newcomer's share of the price, in thousandths: less than others', or a new identity would be as good as an old one.
    /// </summary>
    public const int NewcomerPermille = 500;

    /// <summary>Whether a budget is enough for the worst case: every task is executed as often as the policy allows.</summary>
    /// <param name="most"><see cref="Verification.Policy.Most"/>.</param>
    public static bool Covers(Credits budget, Credits price, long tasks, int most) => (Int128)price.Amount * tasks * most <= budget.Amount;

    /// <summary>
    /// One worker's part of a decided bundle. It is charged for each task that it executed, and paid for those that were
    /// accepted or are unsure; the rest (rejected work, what a newcomer gets less, rounding) is the pool's.
    /// </summary>
    public static (Credits Charged, Credits Pay) Of(Credits price, int executed, int accepted, bool newcomer)
    {
        if (accepted < 0 || accepted > executed)
            throw new ArgumentOutOfRangeException(nameof(accepted), accepted, $"accepted: {accepted} is not 0 to {executed}.");
        var full = price * accepted;
        return (price * executed, newcomer ? new Credits((long)((Int128)full.Amount * NewcomerPermille / 1_000)) : full);
    }
}
