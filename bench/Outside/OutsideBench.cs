using System.Diagnostics;
using System.Net;
using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Gateway.Workers;

namespace AkkaCompute.Bench.Outside;

/// <summary>What strangers at a gateway cost: workers that work, workers that wait, and attackers.</summary>
internal static class OutsideBench
{
    private const int Workers = 1_000, Idle = 10_000, Slow = 3_840, Flood = 64;
    private const int Tasks = 10_000, Singles = 200, LocalWorkers = 4, LocalSlots = 64, Bundle = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5), Probing = TimeSpan.FromSeconds(20);

    private static readonly ReadOnlyMemory<byte> Milliseconds = "10"u8.ToArray();

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var count = arguments.Workers is { } said ? said[0] : (int?)null;
        if (arguments.Part is null or "workers")
            await WorkersAsync(count ?? Workers, arguments.Tasks ?? Tasks, report);
        if (arguments.Part is null or "idle")
            await IdleAsync(count ?? Idle, report);
        if (arguments.Part is null or "slow")
            await AttackAsync("slow", count ?? Slow, report);
        if (arguments.Part is null or "flood")
            await AttackAsync("flood", count ?? Flood, report);
    }

    private static async Task WorkersAsync(int count, int tasks, Report report)
    {
        await using var node = await BenchNode.StartAsync(LocalWorkers, LocalSlots);
        await using var gateway = await OpenAsync(node);
        Payload delay = new Payload.Kernel("delay", 1);
        var (one, two, three) = (new Policy.None(), new Policy.Quorum(2, 3), new Policy.Quorum(3, 5));
        await RoundTripsAsync(node, delay, one, 20); // the compiler's last tier
        var before = Memory();
        var start = Stopwatch.GetTimestamp();
        await using (await Crowd.StartAsync("workers", gateway.EndPoint, count))
        {
            var joined = Stopwatch.GetElapsedTime(start).TotalSeconds;
            using var patience = new CancellationTokenSource(Patience);
            while (Drawable(node.Host.Node.Rosters.Current) < LocalWorkers + count)
                await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
            var drawn = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(5), patience.Token);
            var after = Memory();
            report.Add(
                $"{count} workers outside, each with a connection: from the first connection on, and what the node has more for each",
                ["", "joined, s", "drawn, s", "managed, KB", "resident, KB"],
                [("node", [joined, drawn, .. after.Each(before, count)])]);

            var rates = new List<(string, double[])>();
            foreach (var (name, policy) in new (string, Policy)[] { ("2 local", two), ("2 local, 1 outside", three) })
            {
                var seconds = await Measure.SecondsAsync(() => MapAsync(node, delay, policy, tasks));
                rates.Add((name, [tasks / seconds, tasks / seconds * policy.Needed]));
            }
            report.Add(
                $"{tasks} tasks that wait for 10 ms, in bundles of {Bundle}", ["executions of a task", "tasks/s", "executions/s"], rates);

            var trips = new List<(string, double[])>();
            foreach (var (name, policy) in new (string, Policy)[] { ("1 local", one), ("2 local", two), ("2 local, 1 outside", three) })
            {
                var times = await RoundTripsAsync(node, delay, policy, Singles);
                trips.Add((name, [Percentile(times, 0.5), Percentile(times, 0.99)]));
            }
            report.Add(
                $"one task of 10 ms after the other, of {Singles}: from its hand-in to its outcome, ms",
                ["executions of a task", "p50", "p99"], trips);
        }
    }

    private static async Task IdleAsync(int count, Report report)
    {
        await using var node = await BenchNode.StartAsync(LocalWorkers, LocalSlots);
        await using var gateway = await OpenAsync(node);
        await using var probe = new Probe(gateway.EndPoint);
        await probe.RunAsync(TimeSpan.FromSeconds(3));
        var (before, quiet, idle) = (Memory(), await probe.RunAsync(Probing), await CpuAsync());
        await using (await Crowd.StartAsync("idle", gateway.EndPoint, count))
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            var (after, busy, waiting) = (Memory(), await probe.RunAsync(Probing), await CpuAsync());
            report.Add(
                $"{count} connections of workers that wait: memory of the node for each, its processor time, and others' requests",
                ["", "managed, KB", "resident, KB", "processor, %", "others' p50, ms", "others' p99, ms", "failed"],
                [
                    ("before", [0, 0, idle, quiet.Median, quiet.P99, quiet.Failed]),
                    ("with them", [.. after.Each(before, count), waiting, busy.Median, busy.P99, busy.Failed]),
                ]);
        }
    }

    /// <summary>The gateway has an operator's own limits here.</summary>
    private static async Task AttackAsync(string kind, int count, Report report)
    {
        await using var node = await BenchNode.StartAsync(LocalWorkers, LocalSlots);
        await using var gateway = await OpenAsync(node, new GatewayLimits());
        await using var probe = new Probe(gateway.EndPoint);
        await probe.RunAsync(TimeSpan.FromSeconds(3));
        var (before, idle) = (await probe.RunAsync(Probing), await CpuAsync());
        Probed during;
        double attacked;
        await using (await Crowd.StartAsync(kind, gateway.EndPoint, count))
            (during, attacked) = (await probe.RunAsync(Probing), await CpuAsync());
        report.Add(
            kind == "slow"
                ? $"slow loris: {count} connections of {(count + 127) / 128} addresses, a byte a second each"
                : $"a flood of one address, {count} connections",
            ["others' requests", "p50, ms", "p99, ms", "failed", "answered", "node's processor, %"],
            [
                ("before", [before.Median, before.P99, before.Failed, before.Answered, idle]),
                ("during", [during.Median, during.P99, during.Failed, during.Answered, attacked]),
            ]);
    }

    /// <param name="limits">Null: as many connections as come, for all come from one address.</param>
    private static Task<GatewayHost> OpenAsync(BenchNode node, GatewayLimits? limits = null)
    {
        var options = new GatewayOptions
        {
            Address = new IPEndPoint(IPAddress.Loopback, 0), DataDirectory = Path.GetDirectoryName(node.JournalFile)!,
            Limits = limits ?? new GatewayLimits { Connections = 16_384, ConnectionsPerAddress = 16_384, RequestsPerSecond = 100_000 },
            Workers = limits is null ? new WorkerLimits { Connections = 16_000 } : new WorkerLimits(),
        };
        return GatewayHost.StartAsync(node.Host.Node, options);
    }

    private static async Task MapAsync(BenchNode node, Payload payload, Policy policy, int tasks)
    {
        var request = new JobRequest(payload) { Policy = policy, Draw = DrawMode.Now, BundleSize = Bundle };
        var count = 0;
        await foreach (var outcome in node.Client.MapAsync(request, Enumerable.Repeat(Milliseconds, tasks), ordered: false))
            count += outcome.Succeeded ? 1 : throw new InvalidOperationException($"Task {outcome.Task}: {outcome.Explain()}");
        if (count != tasks)
            throw new InvalidOperationException($"{count} outcomes of {tasks} tasks.");
    }

    /// <summary>In one job: a task is handed in when the one before has its outcome.</summary>
    private static async Task<double[]> RoundTripsAsync(BenchNode node, Payload payload, Policy policy, int count)
    {
        var job = await node.Client.SubmitAsync(new JobRequest(payload) { Policy = policy, Draw = DrawMode.Now, BundleSize = 1 });
        await using var outcomes = job.OutcomesAsync().GetAsyncEnumerator();
        var times = new double[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = 1e3 * await Measure.SecondsAsync(async () =>
            {
                await job.AddAsync([Milliseconds]);
                if (!await outcomes.MoveNextAsync() || !outcomes.Current.Succeeded)
                    throw new InvalidOperationException($"Task {i} has no outcome.");
            });
        }
        await job.CloseAsync();
        return times;
    }

    private static int Drawable(EpochRoster roster) => roster.Members.Count(member => member.CanBeDrawn(roster.Epoch));

    internal static double Percentile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : values[Math.Min(values.Length - 1, (int)(share * values.Length))];
    }

    private static Used Memory() => new(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);

    /// <summary>Of one processor, in percent, while nothing is asked here.</summary>
    private static async Task<double> CpuAsync()
    {
        var (cpu, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(10));
        return 100 * ((Environment.CpuUsage.TotalTime - cpu) / Stopwatch.GetElapsedTime(start));
    }

    /// <param name="Managed">Bytes after a full collection.</param>
    private sealed record Used(double Managed, double Resident)
    {
        /// <summary>Managed and resident KB more for each.</summary>
        public double[] Each(Used before, int count) =>
            [(Managed - before.Managed) / 1e3 / count, (Resident - before.Resident) / 1e3 / count];
    }
}
