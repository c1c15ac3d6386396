namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>Voting without a record of anybody (Sarmenta 2002, 3.1).</summary>
public static class Majority
{
    /// <summary>The largest m that <see cref="Needed"/> looks at.</summary>
    public const int Max = 10_000;

    /// <summary>
    /// The share of wrong results where the first m equal ones win, of at most 2m-1:
    /// Σ_{j=m}^{2m-1} C(2m-1, j) f^j (1-f)^(2m-1-j).
    /// </summary>
    /// <param name="m">Equal results that are wanted, from 1.</param>
    /// <param name="f">Share of workers that give the same wrong result, 0 to 1.</param>
    public static double Error(int m, double f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(m, 1);
        Probability.Share(f, nameof(f));
        return Probability.BinomialAtLeast(2 * m - 1, m, f);
    }

    /// <summary>The smallest m with an error of at most <paramref name="epsilon"/>; null where none up to <see cref="Max"/> has.</summary>
    public static int? Needed(double f, double epsilon)
    {
        Probability.Share(f, nameof(f));
        Probability.Error(epsilon);
        if (f >= 0.5)
            return Error(1, f) <= epsilon ? 1 : null;
        for (var m = 1; m <= Max; m++)
        {
            if (Error(m, f) <= epsilon)
                return m;
        }
        return null;
    }
}
