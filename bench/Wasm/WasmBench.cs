using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Wasm;

/// <summary>
/// What the system costs where tasks do something: the same wasm tasks through the client's map on one node with SQLite, and
/// as bare Wasmtime calls on as many threads as the node has slots, in turns, so that a busy machine is busy for both.
/// </summary>
internal static class WasmBench
{
    private const int Tasks = 2_000;
    private const int Slots = 2;
    private const int Rounds = 3;
    private static readonly TimeSpan TaskTime = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var tasks = arguments.Tasks ?? Tasks;
        var module = SpinModule.Make(SpinModule.Calibrate(TaskTime, Slots));
        using var ours = new BareWasmtime(module, BareSettings.AsOurs);
        using var plain = new BareWasmtime(module, BareSettings.Plain);
        await using var node = await BenchNode.StartAsync(arguments.Workers?[0] ?? 9, Slots);
        var payload = await node.Client.PutModuleAsync(module);
        var request = new JobRequest(payload) { Policy = arguments.Policy, Draw = arguments.Draw };
        Report.Say($"{tasks:N0} wasm tasks of 10 ms on {Slots} slots, policy {arguments.Policy}, draw {arguments.Draw}; bar: ratio ≤ 1.15");

        await MapAsync(node, request, tasks / 10);
        CallBare(ours, tasks / 10);
        CallBare(plain, tasks / 10);
        var rows = new List<(string, double[])>();
        for (var round = 1; round <= (arguments.Rounds ?? Rounds); round++)
        {
            var bare = CallBare(ours, tasks);
            var meter = Cost.Start();
            await MapAsync(node, request, tasks);
            var system = meter.Stop();
            var bare2 = CallBare(plain, tasks);
            rows.Add(($"round {round}",
                [system.Seconds, bare.Seconds, bare2.Seconds, system.Seconds / bare.Seconds, system.Seconds / bare2.Seconds,
                    system.CpuSeconds / bare.CpuSeconds]));
        }
        double Median(int column) => Measure.Median(rows.Select(row => row.Item2[column]));
        // Of the medians, as the bar says; a round's own ratio shows how much the machine changed.
        rows.Add(("medians", [Median(0), Median(1), Median(2), Median(0) / Median(1), Median(0) / Median(2), Median(5)]));
        report.Add($"{tasks:N0} wasm tasks on {Slots} slots",
            ["", "system s", "bare s (our engine settings)", "bare s (plain)", "ratio to our settings", "ratio to plain",
                "ratio of CPU time"],
            rows);
    }

    private static async Task MapAsync(BenchNode node, JobRequest request, int tasks)
    {
        var count = 0;
        await foreach (var outcome in node.Client.MapAsync(request, Enumerable.Repeat(default(ReadOnlyMemory<byte>), tasks)))
        {
            if (!outcome.Succeeded)
                throw new InvalidOperationException($"Task {outcome.Task}: {outcome.Explain()}");
            count++;
        }
        if (count != tasks)
            throw new InvalidOperationException($"{count} outcomes of {tasks}.");
    }

    private static Cost CallBare(BareWasmtime bare, int tasks)
    {
        var next = 0;
        var meter = Cost.Start();
        Measure.SecondsOnThreads(Slots, _ =>
        {
            while (Interlocked.Increment(ref next) <= tasks)
                bare.Call();
        });
        return meter.Stop();
    }
}
