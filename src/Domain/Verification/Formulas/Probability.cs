namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>Tails of the binomial and the hypergeometric distribution. Exact but for rounding: each term from the one before.</summary>
internal static class Probability
{
    /// <summary>The probability that at least <paramref name="least"/> of <paramref name="n"/> independent trials succeed.</summary>
    internal static double BinomialAtLeast(int n, int least, double p)
    {
        var sum = 0.0;
        for (var i = Math.Max(0, least); i <= n; i++)
            sum += Math.Exp(LogChoose(n, i) + Log(i, p) + Log(n - i, 1 - p));
        return Math.Min(1, sum);
    }

    /// <summary>The probability that exactly <paramref name="count"/> of <paramref name="n"/> independent trials succeed.</summary>
    internal static double Binomial(int n, int count, double p) => Math.Exp(LogChoose(n, count) + Log(count, p) + Log(n - count, 1 - p));

    /// <summary>
    /// The probability that at least <paramref name="least"/> of <paramref name="drawn"/>, drawn without replacement, are marked.
    /// </summary>
    internal static double HypergeometricAtLeast(int population, int marked, int drawn, int least)
    {
        var all = LogChoose(population, drawn);
        var sum = 0.0;
        for (var i = Math.Max(least, Math.Max(0, drawn - (population - marked))); i <= Math.Min(drawn, marked); i++)
            sum += Math.Exp(LogChoose(marked, i) + LogChoose(population - marked, drawn - i) - all);
        return Math.Min(1, sum);
    }

    private static double LogChoose(int n, int k)
    {
        var sum = 0.0;
        for (int i = 1, small = Math.Min(k, n - k); i <= small; i++)
            sum += Math.Log((double)(n - small + i) / i);
        return sum;
    }

    private static double Log(int times, double p) => times == 0 ? 0 : times * Math.Log(p);

    internal static void Share(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
            throw new ArgumentOutOfRangeException(name, value, $"{name}: {value} is not a share from 0 to 1.");
    }

    /// <summary>f of the formulas that divide by 1-f.</summary>
    internal static void Colluders(double f)
    {
        if (!(f >= 0 && f < 1))
            throw new ArgumentOutOfRangeException(nameof(f), f, $"f: {f} is not a share from 0 to below 1.");
    }

    internal static void Error(double epsilon)
    {
        if (!(epsilon > 0 && epsilon < 1))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"epsilon: {epsilon} is not between 0 and 1.");
    }
}
