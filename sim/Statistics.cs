namespace AkkaCompute.Sim;

internal static class Statistics
{
    /// <summary>
    /// The exact two-sided binomial test: the probability of all counts that are no likelier than the one seen.
    /// </summary>
    public static double BinomialTest(int successes, int trials, double p)
    {
        var logs = new double[trials + 1];
        for (var i = 1; i <= trials; i++)
            logs[i] = logs[i - 1] + Math.Log(i);
        double Chance(int count) => Math.Exp(
            logs[trials] - logs[count] - logs[trials - count] + count * Math.Log(p) + (trials - count) * Math.Log(1 - p));
        var seen = Chance(successes) * (1 + 1e-7);
        var sum = 0.0;
        for (var i = 0; i <= trials; i++)
        {
            if (Chance(i) is var chance && chance <= seen)
                sum += chance;
        }
        return Math.Min(1, sum);
    }

    /// <summary>Holm's correction (1979): each p so raised that one below α anywhere is as rare as α, however the tests depend.</summary>
    public static double[] Holm(IReadOnlyList<double> ps)
    {
        var order = Enumerable.Range(0, ps.Count).OrderBy(i => ps[i]).ToArray();
        var adjusted = new double[ps.Count];
        var highest = 0.0;
        for (var i = 0; i < order.Length; i++)
        {
            highest = Math.Max(highest, Math.Min(1, ps[order[i]] * (order.Length - i)));
            adjusted[order[i]] = highest;
        }
        return adjusted;
    }

    /// <summary>The chance of at least so many rare events where so many are expected.</summary>
    public static double PoissonAtLeast(long count, double expected) =>
        count <= 0 ? 1 : Math.Max(0, 1 - PoissonAtMost(count - 1, expected));

    /// <summary>The chance of at most so many.</summary>
    public static double PoissonAtMost(long count, double expected)
    {
        double sum = 0, log = -expected; // of e^-λ λ^k / k!
        for (var k = 0L; k <= count; log += Math.Log(expected / ++k))
            sum += Math.Exp(log);
        return Math.Min(1, sum);
    }

    /// <summary>Mean and its standard error over independent samples.</summary>
    public static (double Mean, double Error) Mean(IReadOnlyCollection<double> samples)
    {
        var mean = samples.Average();
        var squares = samples.Sum(sample => (sample - mean) * (sample - mean));
        return (mean, samples.Count < 2 ? double.NaN : Math.Sqrt(squares / (samples.Count - 1) / samples.Count));
    }

    /// <summary>The ratio of two sums over independent clusters, and its standard error by the delta method.</summary>
    public static (double Ratio, double Error) Ratio(double[] over, double[] under)
    {
        var ratio = over.Sum() / under.Sum();
        var squares = over.Zip(under, (x, y) => (x - ratio * y) * (x - ratio * y)).Sum();
        return (ratio, Math.Sqrt(squares * over.Length / Math.Max(1, over.Length - 1)) / under.Sum());
    }
}
