using System.Diagnostics;
using System.Globalization;
using AkkaCompute.Bench.Map;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Bench.Growth;

/// <summary>
/// A node that is measured in a process of its own, this program started again, so that memory and processor time are its own.
/// </summary>
internal static class SessionNode
{
    /// <summary>The bench's name that makes this program such a node.</summary>
    public const string Name = "session-node";

    private const string Figures = "figures ";
    private const int Tasks = 20_000, WarmUps = 2;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    /// <summary>What has to be done once after the start is done.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    /// <summary>What a node with so many workers is like.</summary>
    public static async Task<SessionFigures> MeasureAsync(int workers, int rounds)
    {
        using var process = OwnProcess.Start(Name, [Text(workers), Text(rounds)]);
        SessionFigures? figures = null;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Figures, StringComparison.Ordinal))
                figures = SessionFigures.Parse(line[Figures.Length..]);
            else
                Report.Say($"  {line}");
        }
        await process.WaitForExitAsync();
        return figures
            ?? throw new InvalidOperationException($"The node with {workers} workers ended with {process.ExitCode}, and without figures.");
    }

    /// <summary>What the process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (workers, rounds) = (int.Parse(args[0], CultureInfo.InvariantCulture), int.Parse(args[1], CultureInfo.InvariantCulture));
        var start = Stopwatch.GetTimestamp();
        await using var node = await BenchNode.StartAsync(workers, Environment.ProcessorCount);
        var ready = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.Delay(Settle);

        var cpu = Environment.CpuUsage.TotalTime;
        await Task.Delay(Idle);
        var idle = (Environment.CpuUsage.TotalTime - cpu) / Idle;
        var managed = GC.GetTotalMemory(forceFullCollection: true);
        var resident = Environment.WorkingSet;

        var runner = new MapRunner(node, new Policy.None(), DrawMode.Now);
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
            await runner.RunAsync(Tasks);
        var maps = new List<MapRound>();
        for (var round = 0; round < rounds; round++)
            maps.Add(await runner.RunAsync(Tasks));
        Console.WriteLine(Figures + new SessionFigures(
            workers, ready, managed, resident, 1e6 * idle,
            Measure.Median(maps.Select(map => Tasks / map.SecondsToLastOutcome)),
            Measure.Median(maps.Select(map => Tasks / map.Cost.Seconds)),
            Measure.Median(maps.Select(map => 1e6 * map.Cost.CpuSeconds / Tasks)), maps[^1].Rows.Count, maps[^1].Progress.Vouches));
        return 0;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="ReadySeconds">From the start until all workers can be drawn.</param>
/// <param name="Managed">Bytes after a full collection, idle.</param>
/// <param name="IdleMicroseconds">Processor time a second, while nothing is asked of the node.</param>
/// <param name="TasksPerSecond">Of a map, until its last outcome.</param>
/// <param name="FinishedPerSecond">Until all vouches were recorded.</param>
internal sealed record SessionFigures(
    int Workers, double ReadySeconds, double Managed, double Resident, double IdleMicroseconds,
    double TasksPerSecond, double FinishedPerSecond, double CpuMicrosecondsPerTask, int Rows, long Vouches)
{
    public static SessionFigures Parse(string text)
    {
        var values = text.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new SessionFigures(
            (int)values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], (int)values[8], (long)values[9]);
    }

    public override string ToString() => string.Join(' ', new[]
    {
        Workers, ReadySeconds, Managed, Resident, IdleMicroseconds, TasksPerSecond, FinishedPerSecond, CpuMicrosecondsPerTask, Rows,
        Vouches,
    }.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
