namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>A close group whose majority is colluders. Holds only where identities are fixed before the draw.</summary>
public static class CapturedGroup
{
    /// <summary>Σ_{i ≥ ⌈k/2⌉} C(m,i) C(N-m, k-i) / C(N, k).</summary>
    /// <param name="population">N: those who can be drawn.</param>
    /// <param name="colluders">m of them.</param>
    /// <param name="k">The size of the group; odd, as an even one can tie.</param>
    public static double Chance(int population, int colluders, int k)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(colluders);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(colluders, population);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, population);
        if (k % 2 == 0)
            throw new ArgumentOutOfRangeException(nameof(k), k, "k: even, so that a group can tie.");
        return Probability.HypergeometricAtLeast(population, colluders, k, (k + 1) / 2);
    }

    /// <summary>
    /// The same if some contributors of a beacon may choose, after they have seen all the others, whether to show theirs:
    /// 1 - (1-P)^(2^r), the best of 2^r draws.
    /// </summary>
    /// <param name="chance">P, without anybody withholding.</param>
    /// <param name="withholders">r, 0 to 30.</param>
    public static double ChanceWithWithholding(double chance, int withholders)
    {
        Probability.Share(chance, nameof(chance));
        ArgumentOutOfRangeException.ThrowIfNegative(withholders);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(withholders, 30);
        return 1 - Math.Pow(1 - chance, 1L << withholders);
    }
}
