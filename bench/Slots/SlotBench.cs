using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Tests.Wasm;
using AkkaCompute.Sandbox.Wasm.Mix;

namespace AkkaCompute.Bench.Slots;

/// <summary>
/// How long an honest job waits on a node of two slots while another boss floods it: <c>--part flood</c> with tasks that take five seconds,
/// <c>--part compile</c> with modules that take long to compile.
/// </summary>
internal static class SlotBench
{
    private const int Slots = 2, Workers = 4, HonestTasks = 10;

    private static readonly TimeSpan HonestPatience = TimeSpan.FromSeconds(150);
    private static readonly Payload Noop = new Payload.Kernel("noop", 1);

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        await using var node = await BenchNode.StartAsync(Workers, Slots);
        await using var hostile = ComputeClient.Of(node.Host.Node);
        await SecondsAsync(node.Client, Noop, arguments); // warm
        var rows = new List<(string, double[])> { ("honest kernel job, nobody else", [await SecondsAsync(node.Client, Noop, arguments)]) };
        using var end = new CancellationTokenSource();
        var attack = arguments.Part == "compile"
            ? CompileAsync(hostile, arguments.Tasks ?? 12, end.Token)
            : FloodAsync(hostile, arguments.Tasks ?? 32, end.Token);
        var from = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(from).TotalSeconds < 2) // its leases are out by then
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        rows.Add(("honest kernel job in the flood", [await SecondsAsync(node.Client, Noop, arguments)]));
        if (arguments.Part == "compile")
            rows.Add(
                ("honest job of a fresh module in the flood", [await SecondsAsync(node.Client, await FreshAsync(node.Client), arguments)]));
        rows.Add(("honest kernel job in the flood, again", [await SecondsAsync(node.Client, Noop, arguments)]));
        await end.CancelAsync();
        await attack.ContinueWith(_ => { }, TaskScheduler.Default);
        report.Add(
            $"{Slots} slots, {HonestTasks} tasks of the honest boss; {HonestPatience.TotalSeconds} s: it gave up", ["", "seconds"], rows);
    }

    private static async Task<double> SecondsAsync(ComputeClient client, Payload payload, BenchArguments arguments)
    {
        var start = Stopwatch.GetTimestamp();
        using var patience = new CancellationTokenSource(HonestPatience);
        try
        {
            var request = new JobRequest(payload) { Policy = arguments.Policy, Draw = arguments.Draw };
            await foreach (var outcome in client.MapAsync(request, Inputs("16", HonestTasks), cancel: patience.Token))
            {
                if (outcome.Status is OutcomeStatus.NoAgreement or OutcomeStatus.NoResult)
                    Report.Say($"  {outcome.Explain()}");
            }
        }
        catch (OperationCanceledException)
        {
            return HonestPatience.TotalSeconds;
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Task FloodAsync(ComputeClient hostile, int tasks, CancellationToken cancel) =>
        DrainAsync(hostile, new Payload.Kernel("delay", 1), "5000", tasks, cancel);

    private static async Task CompileAsync(ComputeClient hostile, int modules, CancellationToken cancel)
    {
        var bomb = CompileBomb.Make(12_000, 28_000);
        Report.Say($"  {modules} modules of {bomb.Length / 1000} KB");
        var jobs = new List<Task>();
        for (var i = 0; i < modules; i++)
            jobs.Add(DrainAsync(hostile, await hostile.PutModuleAsync(Other(bomb), cancel), "", 4, cancel));
        await Task.WhenAll(jobs);
    }

    /// <summary>A module of the same size as that of the bootstrap jobs, that no worker has seen.</summary>
    private static async Task<Payload> FreshAsync(ComputeClient client) => await client.PutModuleAsync(Other(MixModule.Bytes));

    private static async Task DrainAsync(ComputeClient client, Payload payload, string input, int tasks, CancellationToken cancel)
    {
        var request = new JobRequest(payload) { Policy = new Policy.None(), Draw = DrawMode.Now, BundleSize = 1 };
        await foreach (var outcome in client.MapAsync(request, Inputs(input, tasks), cancel: cancel))
        {
            if (!outcome.Succeeded && outcome.Task == 0)
                Report.Say($"  the other boss: {outcome.Explain()}");
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Inputs(string text, int count) =>
        Enumerable.Repeat((ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text), count);

    /// <summary>The module with a custom section of random bytes: another one.</summary>
    private static byte[] Other(ReadOnlyMemory<byte> module) =>
        [.. module.ToArray(), 0, 34, 1, (byte)'x', .. RandomNumberGenerator.GetBytes(32)];
}
