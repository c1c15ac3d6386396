namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// When a result is believed so that an error rate ε holds within one job, for a share f of colluders that may have behaved
/// until today. Only additions, multiplications and divisions, which IEEE 754 rounds alike on every machine: an audit gets
/// the same numbers.
/// </summary>
public static class JobConfidence
{
    /// <summary>The most strangers or checks that are counted.</summary>
    public const int Max = 10_000_000;

    /// <summary>
    /// f' = f/(f + (1-f)a): the share of colluders among those who vote, where they always answer and the honest with a chance of a.
    /// </summary>
    public static double LyingVotes(double f, double answering)
    {
        Probability.Colluders(f);
        Probability.Share(answering, nameof(answering));
        return f == 0 ? 0 : f / (f + ((1 - f) * answering));
    }

    /// <summary>
    /// Rule (a). The chance that a result is wrong whose lead over all others together is j: r^j / (1 + r^j) with
    /// r = f/(1-f). It is Wald's sequential test (1945), or the gambler's ruin: exact where every colluder drawn gives
    /// the same wrong result, and a bound for anything else that they do.
    /// </summary>
    /// <param name="lead">
    /// j: drawn strangers that agree less those that gave another result. The agreeing ones alone are not enough: the first
    /// five at f = 0.2 are wrong in 2 % of the tasks (<see cref="Majority.Error"/>), not in 0.1 %.
    /// </param>
    public static double LeadError(double f, int lead)
    {
        Probability.Colluders(f);
        ArgumentOutOfRangeException.ThrowIfNegative(lead);
        var power = 1.0;
        for (var i = 0; i < lead; i++)
            power *= f / (1 - f);
        return power / (1 + power);
    }

    /// <summary>The smallest lead with <see cref="LeadError"/> ≤ ε; null where f is a half or more, or over <see cref="Max"/>.</summary>
    public static int? LeadNeeded(double f, double epsilon)
    {
        Probability.Colluders(f);
        Probability.Error(epsilon);
        if (f >= 0.5)
            return null;
        var power = 1.0;
        for (var lead = 0; lead <= Max; lead++, power *= f / (1 - f))
        {
            if (power / (1 + power) <= epsilon)
                return lead;
        }
        return null;
    }

    /// <summary>Rule (b). A bound on the wrong share among results of workers that passed K checks each: f/(1-f) / (K (1-f) e).</summary>
    /// <param name="checks">
    /// K: checks of this job's results, drawn after they were committed. The second 1-f is for verifiers that are colluders too.
    /// </param>
    public static double CheckedError(double f, int checks)
    {
        Probability.Colluders(f);
        ArgumentOutOfRangeException.ThrowIfNegative(checks);
        return checks == 0 ? f : Math.Min(f, f / (1 - f) / (checks * (1 - f) * Math.E));
    }

    /// <summary>The smallest K with <see cref="CheckedError"/> ≤ ε; null where it is over <see cref="Max"/>.</summary>
    public static int? ChecksNeeded(double f, double epsilon)
    {
        Probability.Colluders(f);
        Probability.Error(epsilon);
        if (f <= epsilon)
            return 0;
        var needed = Math.Ceiling(f / (1 - f) / ((1 - f) * Math.E * epsilon) * (1 - 1e-12));
        return needed <= Max ? (int)needed : null;
    }

    /// <summary>
    /// The smallest K with 1/(K (1-f) e) ≤ ε: for workers of whom nothing is known, newcomers too, for the bound holds even if all of them
    /// are liars; f is the share of colluders among the verifiers. Null where it is over <see cref="Max"/>.
    /// </summary>
    public static int? ChecksNeededOfAnybody(double f, double epsilon)
    {
        Probability.Colluders(f);
        Probability.Error(epsilon);
        var needed = Math.Ceiling(1 / ((1 - f) * Math.E * epsilon) * (1 - 1e-12));
        return needed <= Max ? (int)needed : null;
    }

    /// <summary>About how many tasks of one job a worker must do for rule (b): K/q, before K is rounded up.</summary>
    /// <param name="q">Share of results that are due for a check.</param>
    public static double TasksNeeded(double f, double epsilon, double q)
    {
        Probability.Colluders(f);
        Probability.Error(epsilon);
        Probability.Share(q, nameof(q));
        return f / (1 - f) / ((1 - f) * Math.E * epsilon) / q;
    }

    /// <summary>The chance that one lie is not found, however long the career before it: 1 - q (1-f).</summary>
    public static double LieSurvives(double f, double q)
    {
        Probability.Share(f, nameof(f));
        Probability.Share(q, nameof(q));
        return 1 - q * (1 - f);
    }
}
