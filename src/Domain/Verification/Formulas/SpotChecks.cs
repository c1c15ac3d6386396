namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// Spot-checks with blacklisting (Sarmenta 2002, 3.2): a worker that fails one check is out, and all that it did with it.
/// </summary>
public static class SpotChecks
{
    /// <summary>The share of wrong results among those that are left: s f (1-qs)^n / ((1-f) + f (1-qs)^n).</summary>
    /// <param name="f">Share of saboteurs, below 1.</param>
    /// <param name="s">How often a saboteur cheats, 0 to 1.</param>
    /// <param name="q">Share of tasks that are secretly checked, 0 to 1.</param>
    /// <param name="n">Tasks that each worker did.</param>
    public static double Error(double f, double s, double q, int n)
    {
        Probability.Colluders(f);
        Probability.Share(s, nameof(s));
        Probability.Share(q, nameof(q));
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var survives = Math.Pow(1 - q * s, n);
        return s * f * survives / (1 - f + f * survives);
    }

    /// <summary>The cheating rate that pays most, and the error that it makes. By golden sections: there is one maximum.</summary>
    public static (double Rate, double Error) WorstCase(double f, double q, int n)
    {
        var golden = (Math.Sqrt(5) - 1) / 2;
        double low = 0, high = 1;
        for (var i = 0; i < 100; i++)
        {
            var (left, right) = (high - golden * (high - low), low + golden * (high - low));
            if (Error(f, left, q, n) < Error(f, right, q, n)) low = left;
            else high = right;
        }
        var rate = (low + high) / 2;
        return (rate, Error(f, rate, q, n));
    }

    /// <summary>What the worst case never exceeds: f/(1-f) · 1/(q n e).</summary>
    public static double Bound(double f, double q, int n)
    {
        Probability.Colluders(f);
        Probability.Share(q, nameof(q));
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        return f / (1 - f) / (q * n * Math.E);
    }
}
