using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Ledger;

/// <summary>
/// What a job holds of its boss's credits. Nothing comes in but the budget; what goes out is paid, the pool's, or back to the boss.
/// </summary>
/// <param name="Budget">What was held for the job.</param>
/// <param name="Charged">What decided work has cost.</param>
/// <param name="Paid">Of this, what workers got.</param>
public readonly record struct Escrow(Credits Budget, Credits Charged, Credits Paid)
{
    public static Escrow Of(Credits budget) => new(budget, Credits.Zero, Credits.Zero);

    /// <summary>What new work may cost.</summary>
    public Credits Left => Budget - Charged;

    /// <summary>What goes back to the boss when the job is over.</summary>
    public Credits Refund => Left;

    /// <summary>What goes to the pool when the job is over.</summary>
    public Credits ToPool => Charged - Paid;

    /// <exception cref="ArgumentOutOfRangeException">More than is left, or more pay than charged: a fault of ours, never carried
    /// out.</exception>
    public Escrow Charge(Credits charged, Credits pay)
    {
        if (charged > Left || pay > charged)
            throw new ArgumentOutOfRangeException(nameof(charged), $"charged: {charged}, of which {pay} paid; {Left} are left.");
        return this with { Charged = Charged + charged, Paid = Paid + pay };
    }
}
