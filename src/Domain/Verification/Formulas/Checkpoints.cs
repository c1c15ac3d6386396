using System.Numerics;

namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>Steps that a worker committed to, some of which are run again: the policy <c>steps(c, p)</c>.</summary>
public static class Checkpoints
{
    /// <summary>The chance that c random steps show at least one bad one: 1 - (1-x)^c.</summary>
    /// <param name="bad">x: the bad share of the committed steps, 0 to 1.</param>
    /// <param name="checkedSteps">c.</param>
    public static double Detection(double bad, int checkedSteps)
    {
        Probability.Share(bad, nameof(bad));
        ArgumentOutOfRangeException.ThrowIfNegative(checkedSteps);
        return 1 - Math.Pow(1 - bad, checkedSteps);
    }

    /// <summary>The fewest steps to check so that <see cref="Detection"/> is at least <paramref name="detection"/>.</summary>
    public static int Needed(double bad, double detection)
    {
        Probability.Error(detection);
        if (!(bad > 0 && bad < 1))
            throw new ArgumentOutOfRangeException(nameof(bad), bad, $"bad: {bad} is not between 0 and 1.");
        return (int)Math.Ceiling(Math.Log(1 - detection) / Math.Log(1 - bad));
    }

    /// <summary>
    /// The chance that one bad step of T is found: by c random steps, or because all of it is run again, with chance p, by one who does not
    /// collude: 1 - (1 - 1/T)^c (1 - p (1-f)), about c/T + p (1-f) where both are small.
    /// </summary>
    public static double OneBadStep(long steps, int checkedSteps, double all, double colluders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(checkedSteps);
        Probability.Share(all, nameof(all));
        Probability.Share(colluders, nameof(colluders));
        var missed = steps == 1 ? (checkedSteps == 0 ? 1 : 0) : Math.Exp(checkedSteps * double.LogP1(-1.0 / steps));
        return 1 - (missed * (1 - (all * (1 - colluders))));
    }

    /// <summary>Rounds of bisection until one step of T is left: ⌈log₂ T⌉.</summary>
    public static int BisectionRounds(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return BitOperations.Log2((ulong)steps) + (BitOperations.IsPow2(steps) ? 0 : 1);
    }
}
