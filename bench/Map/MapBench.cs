using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Map;

/// <summary>
/// Many no-op kernel tasks one by one through the client's map, on one node with SQLite. What is measured is the system alone:
/// pages, draws, leases, results, decisions, vouches, all durable.
/// </summary>
internal static class MapBench
{
    private const int Tasks = 100_000;
    private const int Rounds = 5;

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var tasks = arguments.Tasks ?? Tasks;
        Report.Say($"{tasks:N0} tasks, policy {arguments.Policy}, draw {arguments.Draw}; bar: 5,000 tasks/s, later 100,000 tasks/s");
        foreach (var workers in arguments.Workers ?? [9, 1000])
        {
            await using var node = await BenchNode.StartAsync(workers, Environment.ProcessorCount);
            var runner = new MapRunner(node, arguments.Policy, arguments.Draw, arguments.Bundle ?? 0);
            await runner.RunAsync(Math.Max(1, tasks / 2));

            var rounds = new List<MapRound>();
            for (var round = 0; round < (arguments.Rounds ?? Rounds); round++)
                rounds.Add(await runner.RunAsync(tasks));
            AddRounds(report, workers, rounds);
            AddJournal(report, $"the last round, {workers} workers", tasks, rounds[^1].Rows);
            await Breakdown.RunAsync(report, node, rounds[^1], workers);
        }
    }

    private static void AddRounds(Report report, int workers, List<MapRound> rounds)
    {
        var rows = rounds.Select((round, number) => ($"round {number + 1}", Figures(round))).ToList();
        var columns = rows[0].Item2.Length;
        rows.Add(("median", [.. Enumerable.Range(0, columns).Select(column => Measure.Median(rows.Select(row => row.Item2[column])))]));
        report.Add($"map, {workers} workers",
            ["", "tasks/s until last outcome", "tasks/s until Finished", "CPU µs/task", "cores busy", "bytes allocated/task", "GC pause ms",
                "gen0", "gen1", "gen2", "executions/task", "vouches"],
            rows);
    }

    private static double[] Figures(MapRound round) =>
    [
        round.Tasks / round.SecondsToLastOutcome, round.Tasks / round.Cost.Seconds,
        round.Cost.CpuSeconds * 1e6 / round.Tasks, round.Cost.CpuSeconds / round.Cost.Seconds,
        round.Cost.AllocatedBytes / round.Tasks, round.Cost.GcPauseSeconds * 1e3,
        round.Cost.Gen0, round.Cost.Gen1, round.Cost.Gen2,
        (double)round.Progress.Executions / round.Tasks, round.Progress.Vouches,
    ];

    public static void AddJournal(Report report, string of, int tasks, IReadOnlyList<JournalRow> written)
    {
        var kinds = written.GroupBy(row => row.Manifest)
            .Select(kind => (kind.Key, Rows: kind.Count(), Bytes: kind.Sum(row => (long)row.Message.Length)))
            .OrderByDescending(kind => kind.Bytes).ToList();
        kinds.Add(("all", written.Count, written.Sum(row => (long)row.Message.Length)));
        report.Add($"journal of {of}", ["manifest", "rows", "message bytes", "tasks/row", "message bytes/task"],
            kinds.Select(kind => (kind.Key, (double[])[kind.Rows, kind.Bytes, (double)tasks / kind.Rows, (double)kind.Bytes / tasks])));
    }
}
