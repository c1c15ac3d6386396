namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// Credibility (Sarmenta 2002, 3.3), kept for comparison. It assumes independent errors and a worker that is the same for
/// every job; it does not hold per job (<see cref="JobConfidence"/> does).
/// </summary>
public static class Credibility
{
    /// <summary>The chance that a worker's next result is right, where who fails a check is out for good: 1 - f/(1-f) · 1/(k e).</summary>
    /// <param name="f">Share of saboteurs, below 1.</param>
    /// <param name="checks">k: checks passed so far; with 0 it is 1-f.</param>
    public static double OfWorker(double f, int checks)
    {
        Probability.Colluders(f);
        ArgumentOutOfRangeException.ThrowIfNegative(checks);
        return checks == 0 ? 1 - f : Math.Max(1 - f, 1 - f / (1 - f) / (checks * Math.E));
    }

    /// <summary>The same where a new identity costs nothing, so that nobody stays out: 1 - f/k.</summary>
    public static double OfWorkerWithoutBlacklist(double f, int checks)
    {
        Probability.Colluders(f);
        ArgumentOutOfRangeException.ThrowIfNegative(checks);
        return checks == 0 ? 1 - f : 1 - f / checks;
    }

    /// <summary>The checks after which a worker alone is believed.</summary>
    public static int ChecksNeeded(double f, double epsilon, bool blacklist)
    {
        Probability.Colluders(f);
        Probability.Error(epsilon);
        return f <= epsilon ? 0 : (int)Math.Ceiling((blacklist ? f / (1 - f) / Math.E : f) / epsilon * (1 - 1e-12));
    }

    /// <summary>
    /// The chance that each group of equal results is the right one:
    /// num_a = Π_{r∈a} c_r · Π_{i≠a} Π_{r∈i} (1-c_r), over Π_{all r} (1-c_r) + Σ_j num_j.
    /// </summary>
    /// <param name="groups">The credibilities of the workers of each group, each between 0 and 1.</param>
    public static double[] OfGroups(IReadOnlyList<IReadOnlyList<double>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var good = new double[groups.Count];
        var bad = new double[groups.Count];
        for (var i = 0; i < groups.Count; i++)
        {
            good[i] = bad[i] = 1;
            foreach (var c in groups[i])
            {
                Probability.Share(c, nameof(groups));
                good[i] *= c;
                bad[i] *= 1 - c;
            }
        }
        var num = new double[groups.Count];
        var nobody = 1.0;
        for (var i = 0; i < groups.Count; i++)
        {
            nobody *= bad[i];
            num[i] = good[i];
            for (var j = 0; j < groups.Count; j++)
                num[i] *= i == j ? 1 : bad[j];
        }
        var all = nobody + num.Sum();
        return [.. num.Select(value => all > 0 ? value / all : 0)];
    }
}
