namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// How long it takes until one of two results leads: a walk that goes one step up with each right vote, one down with each wrong one, and
/// ends at a lead to either side or at the cap. All colluders give one wrong result, which is the worst that they can do. Only additions
/// and multiplications, so every machine gets the same numbers.
/// </summary>
public static class LeadWalk
{
    /// <param name="wrong">Share of the votes that are wrong, from 0 to below 1/2.</param>
    /// <param name="lead">From 1.</param>
    /// <param name="cap">The most votes.</param>
    /// <returns>
    /// The chances of a right, a wrong and no outcome, and the mean of the votes that it takes, asked for one by one: they end as well
    /// where what is left of the cap can't bring a lead any more. Asking for as many at once as are missing takes a few more of the
    /// unsure ones.
    /// </returns>
    public static (double Right, double Wrong, double Unsure, double Votes) Of(double wrong, int lead, int cap)
    {
        Probability.Colluders(wrong);
        ArgumentOutOfRangeException.ThrowIfLessThan(lead, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cap, lead);
        var now = new double[(2 * lead) + 1];
        var next = new double[now.Length];
        now[lead] = 1;
        double right = 0, lies = 0, unsure = 0, votes = 0;
        for (var n = 0; ; n++)
        {
            var open = 0.0;
            for (var at = 1; at < now.Length - 1; at++)
            {
                if (lead - Math.Abs(at - lead) > cap - n) // it can't come to a lead any more
                {
                    (unsure, votes, now[at]) = (unsure + now[at], votes + (now[at] * n), 0);
                }
                open += now[at];
            }
            if (open == 0)
                return (right, lies, unsure, votes);
            Array.Clear(next);
            for (var at = 1; at < now.Length - 1; at++)
            {
                next[at + 1] += now[at] * (1 - wrong);
                next[at - 1] += now[at] * wrong;
            }
            var (up, down) = (next[^1], next[0]);
            (right, lies, votes) = (right + up, lies + down, votes + ((up + down) * (n + 1)));
            (now, next) = (next, now);
            (now[0], now[^1]) = (0, 0);
        }
    }

    /// <summary>
    /// The least cap by which at most <paramref name="unsure"/> of the tasks have no outcome; <paramref name="most"/> where none below has.
    /// </summary>
    public static int CapFor(double wrong, int lead, double unsure, int most)
    {
        Probability.Colluders(wrong);
        ArgumentOutOfRangeException.ThrowIfLessThan(lead, 1);
        var now = new double[(2 * lead) + 1];
        var next = new double[now.Length];
        now[lead] = 1;
        for (var n = 1; n < most; n++)
        {
            Array.Clear(next);
            var open = 0.0;
            for (var at = 1; at < now.Length - 1; at++)
            {
                next[at + 1] += now[at] * (1 - wrong);
                next[at - 1] += now[at] * wrong;
            }
            (now, next) = (next, now);
            (now[0], now[^1]) = (0, 0);
            foreach (var chance in now)
                open += chance;
            if (n >= lead && open <= unsure)
                return n;
        }
        return most;
    }
}
