using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Tests.Cluster;

namespace AkkaCompute.Bench.Scale;

/// <summary>
/// Tasks that wait for 10 ms, so that cores are not the limit, on one node process, then on two, four and eight of the same
/// slots in one cluster: how much of a node each further node adds. The job is in one actor, wherever its shard is.
/// </summary>
internal static class ScaleBench
{
    private const int Slots = 2, Workers = 4;

    /// <summary>How long a run would take if nothing but the tasks took time.</summary>
    private const int IdealSeconds = 30;

    private const int PerSlotAndSecond = 100;

    /// <summary>The cores first have eight processes' code to compile, and again what is hot: more than a minute of one.</summary>
    private const int WarmUps = 3;

    /// <summary>
    /// A fifth of a second of work: of half as much, the measured size, the records are more than two cores carry for eight nodes.
    /// </summary>
    private const int Bundle = 20;

    private static readonly ReadOnlyMemory<byte> Milliseconds = Encoding.UTF8.GetBytes("10");

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var rounds = arguments.Rounds ?? 5;
        await using var postgres = PostgresServer.IsInstalled ? new PostgresServer(FreePort()) : null;
        if (postgres is null)
            Report.Say($"One SQLite file for all nodes, as {PostgresServer.Missing}: they wait for each other's writes.");
        else
            await postgres.InitializeAsync();
        var rows = new List<(string, double[])>();
        var (one, steadyOne) = (0.0, 0.0);
        foreach (var count in arguments.Workers ?? [1, 2, 4, 8])
        {
            var runs = await MeasureAsync(arguments, postgres, count, rounds);
            var rate = Measure.Median(runs.Select(run => run.Rate));
            var steady = Measure.Median(runs.Select(run => run.Steady));
            (one, steadyOne) = one == 0 ? (rate / count, steady / count) : (one, steadyOne);
            rows.Add(($"{count}", [
                rate, rate / count, rate / count / one, steady / count / steadyOne, rate / count / (Slots * PerSlotAndSecond),
                .. Medians(runs, run => run.FirstMilliseconds), .. Medians(runs, run => run.TailMilliseconds),
                .. Medians(runs, run => run.NodeCpu), .. Medians(runs, run => run.ClientCpu), .. Medians(runs, run => run.MegaBytes)]));
            Report.Say($"{count} nodes: {rate:F0} tasks/s");
        }
        report.Add(
            $"{Slots} slots and {Workers} workers a node, tasks of 10 ms, {IdealSeconds} s of them, "
            + $"{(postgres is null ? "SQLite" : "PostgreSQL")}, median of {rounds}",
            ["nodes", "tasks/s", "a node", "efficiency", "without first and last tenth", "of the slots' limit", "first outcome, ms",
                "last tenth over the ideal, ms", "nodes' CPU, µs a task", "client's CPU, µs a task", "MB a node"],
            rows);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double[] Medians(IEnumerable<Run> runs, Func<Run, double> of) => [Measure.Median(runs.Select(of))];

    private static async Task<Run[]> MeasureAsync(BenchArguments arguments, PostgresServer? postgres, int count, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-scale-").FullName;
        (string, string)? database = postgres is null ? null : (await postgres.CreateDatabaseAsync(), postgres.PasswordFile);
        var nodes = new List<ScaleNode>();
        try
        {
            for (var number = 0; number < count; number++)
                nodes.Add(await ScaleNode.StartAsync(directory, number, Workers, Slots, database, nodes.FirstOrDefault()?.Address));
            await using var client = ComputeClient.Connect(nodes.Select(node => node.Address));
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while ((await client.GetRosterAsync(patience.Token)).Members != count * Workers)
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            var tasks = arguments.Tasks ?? count * Slots * PerSlotAndSecond * IdealSeconds;
            for (var warmUp = 0; warmUp < WarmUps; warmUp++)
                await RunAsync(client, arguments, nodes, tasks);
            var runs = new Run[rounds];
            for (var round = 0; round < rounds; round++)
            {
                runs[round] = await RunAsync(client, arguments, nodes, tasks);
                Report.Say($"  {runs[round].Rate:F0} tasks/s, {runs[round].NodeCpu:F0} µs of the nodes' processors a task");
            }
            return runs;
        }
        finally
        {
            foreach (var node in nodes.AsEnumerable().Reverse())
                await node.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<Run> RunAsync(ComputeClient client, BenchArguments arguments, List<ScaleNode> nodes, int tasks)
    {
        var request = new JobRequest(new Payload.Kernel("delay", 1))
        {
            Policy = arguments.Policy, Draw = arguments.Draw, BundleSize = arguments.Bundle ?? Bundle,
        };
        var (nodeCpu, clientCpu) = (nodes.Sum(node => node.CpuSeconds), Environment.CpuUsage.TotalTime);
        var start = Stopwatch.GetTimestamp();
        var (count, first, tenth, ninth) = (0, 0.0, 0.0, 0.0);
        await foreach (var outcome in client.MapAsync(request, Enumerable.Repeat(Milliseconds, tasks), ordered: false))
        {
            if (!outcome.Succeeded)
                throw new InvalidOperationException($"Task {outcome.Task}: {outcome.Explain()}");
            count++;
            if (count == 1)
                first = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (count == tasks / 10)
                tenth = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (count == tasks - tasks / 10)
                ninth = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (count != tasks)
            throw new InvalidOperationException($"{count} outcomes of {tasks} tasks.");
        var ideal = (double)tasks / 10 / (nodes.Count * Slots * PerSlotAndSecond);
        return new Run(
            tasks / seconds, (tasks - 2 * (tasks / 10)) / (ninth - tenth), 1e3 * first, 1e3 * (seconds - ninth - ideal),
            1e6 * (nodes.Sum(node => node.CpuSeconds) - nodeCpu) / tasks,
            1e6 * (Environment.CpuUsage.TotalTime - clientCpu).TotalSeconds / tasks,
            nodes.Average(node => node.MegaBytes));
    }

    private sealed record Run(
        double Rate, double Steady, double FirstMilliseconds, double TailMilliseconds, double NodeCpu, double ClientCpu, double MegaBytes);
}
