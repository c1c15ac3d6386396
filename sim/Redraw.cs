namespace AkkaCompute.Sim;

/// <summary>
/// The boss's best strategy is searched: strategies at random, then changes to the best ones, for each measure by itself; the
/// winner is measured again in epochs that the search has not seen, as the best of many is lucky too.
/// </summary>
internal static class Redraw
{
    private const int Tried = 300, Bred = 250, Parents = 8, SearchPeriods = 12, ConfirmPeriods = 400;
    private const double HonestShare = (double)RedrawWorld.Friends / RedrawWorld.Nodes;

    private sealed record Measure(string Name, Func<IReadOnlyList<Period>, (double Mean, double Error)> Of, bool Promised);

    private static readonly Measure[] _measures =
    [
        new(
            "D3: reputation per task drawn",
            periods => Statistics.Ratio([.. periods.Select(p => p.Credited)], [.. periods.Select(p => p.Drawn)]), true),
        new("D3 and D6: friends' share of its trust", periods => Statistics.Mean([.. periods.Select(p => p.Row)]), true),
        new("the same without added assignments", periods => Statistics.Mean([.. periods.Select(p => p.RowWithoutPrior)]), false),
        new("no D3: friends' share of work done", periods => Statistics.Mean([.. periods.Select(p => p.Naive)]), false),
    ];

    public static void Play(Report report, int seed)
    {
        var random = new Random(seed);
        var search = new RedrawWorld(seed, "search", 240);
        var fresh = new RedrawWorld(seed, "fresh", 600);
        var table = report.Table(
            $"{RedrawWorld.Nodes} c-nodes, {RedrawWorld.Friends} of them friends: the best of {Tried + Bred} strategies, over "
            + $"{ConfirmPeriods} fresh periods",
            "measure", "honest share", "best found", "standard error", "strategy");
        var tried = Enumerable.Range(0, Tried).Select(i => i == 0 ? Strategy.Honest : Strategy.Any(random))
            .Select(strategy => (strategy, Periods: Periods(search, strategy, SearchPeriods))).ToList();
        foreach (var measure in _measures)
        {
            var pool = tried.Select(one => (one.strategy, Score: measure.Of(one.Periods).Mean)).OrderByDescending(one => one.Score)
                .Take(Parents).ToList();
            for (var i = 0; i < Bred; i++)
            {
                var child = pool[random.Next(pool.Count)].strategy.Changed(random);
                var score = measure.Of(Periods(search, child, SearchPeriods)).Mean;
                if (score <= pool[^1].Score || pool.Exists(one => one.strategy == child))
                    continue;
                pool[^1] = (child, score);
                pool.Sort((x, y) => y.Score.CompareTo(x.Score));
            }
            // The best few again, to pick one; then that one in epochs of its own.
            var best = pool.MaxBy(one => measure.Of(Periods(search, one.strategy, 8 * SearchPeriods)).Mean).strategy;
            var (mean, error) = measure.Of(Periods(fresh, best, ConfirmPeriods));
            table.Add(measure.Name, HonestShare, mean, error, best.ToString());
            report.Summary(
                $"redraw: {measure.Name}", $"the best of {Tried + Bred} strategies", mean,
                measure.Promised ? $"≤ {HonestShare:0.00} + 3 × {error:0.0000}" : "none",
                "hosts are the server's choice", "1: a pool's owner picks");
            if (measure.Promised)
                report.Bound(
                    $"{measure.Name}: {mean:0.0000} ≤ honest share {HonestShare:0.00} + 3 × {error:0.0000}",
                    mean <= HonestShare + 3 * error);
        }
        Singles(report, fresh);
        LongPeriods(report, fresh);
    }

    /// <summary>One trick at a time.</summary>
    private static void Singles(Report report, RedrawWorld world)
    {
        var table = report.Table($"one trick at a time, {ConfirmPeriods} periods", "trick",
            "reputation per task drawn", "share of its trust", "without added assignments", "no D3");
        foreach (var (name, strategy) in new (string, Strategy)[]
        {
            ("none", Strategy.Honest),
            ("cancel unless a friend is drawn", Strategy.Honest with { Keep = 1 }),
            ("cancel unless two are, draw again three times", Strategy.Honest with { Keep = 2, Retries = 3 }),
            ("only what friends and 10 % can run", Strategy.Honest with { Filter = 2 }),
            ("only what friends can run", Strategy.Honest with { Filter = 3 }),
            ("friends idle, the rest at 90 % load", Strategy.Honest with { Idle = true }),
            ("strangers' leases 'expire'", Strategy.Honest with { Expire = true }),
            ("few large bundles", Strategy.Honest with { Tasks = 256, Bundles = 1 }),
            ("one task at a time, stop while lucky", Strategy.Honest with { Bundles = 1, StopAt = 0.3 }),
        })
        {
            var periods = Periods(world, strategy, ConfirmPeriods);
            table.Add([name, .. _measures.Select(measure => (object)measure.Of(periods).Mean)]);
        }
    }

    /// <summary>Stopping while lucky in periods ten times as long, where the added assignments weigh little.</summary>
    private static void LongPeriods(Report report, RedrawWorld world)
    {
        const int Long = 80;
        var table = report.Table(
            $"up to 22,400 assignments a period, stopping at a share of friends, {Long} periods", "stop at", "share of its trust",
            "standard error", "without added assignments");
        var holds = true;
        foreach (var stop in new[] { 2, 0.1, 0.102, 0.105, 0.11, 0.13, 0.2 })
        {
            var periods = Periods(world, Strategy.Honest with { Size = 7, Steps = 200, StopAt = stop }, Long);
            var (mean, error) = Statistics.Mean([.. periods.Select(period => period.Row)]);
            holds &= mean <= HonestShare + 3 * error;
            table.Add(stop > 1 ? "never" : stop, mean, error, periods.Average(period => period.RowWithoutPrior));
        }
        report.Bound("stopping while lucky gives friends no more than the honest share in long periods either (3 standard errors)", holds);
    }

    private static Period[] Periods(RedrawWorld world, Strategy strategy, int count) =>
        [.. Enumerable.Range(0, count).Select(period => world.Play(strategy, period))];
}
