using AkkaCompute.Bench.Support;
using AkkaCompute.Bench.Wasm;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Bench;

/// <summary>What one run costs in a sandbox, of a command that does nothing and of a kernel that does nothing.</summary>
internal static class SandboxBench
{
    private const int Runs = 20_000;
    private const int WarmUps = 2;

    private static readonly Limits Limits = new(1_000_000_000, 16 << 20, 1_000, 1_000, TimeSpan.FromSeconds(10));
    private static readonly Hash256 Seed = Hash256.Of("seed"u8);

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var (rounds, runs) = (arguments.Rounds ?? 7, arguments.Tasks ?? Runs);
        var wasm = SpinModule.Make(1);
        var blobs = new OneBlob(wasm);
        using var sandbox = new WasmSandbox(new WasmOptions(), blobs);
        var kernels = new KernelSandbox(new KernelCatalog(KernelCatalog.BuiltIn));
        using var bare = new BareWasmtime(wasm, BareSettings.AsOurs);
        using var pooled = new BareWasmtime(wasm, BareSettings.AsOursPooled);
        var command = new Payload.Wasm(blobs.Hash);
        var noop = new Payload.Kernel("noop", 1);
        var first = await sandbox.RunAsync(command, Seed, default, Limits, CancellationToken.None);
        if (!first.Succeeded)
            throw new InvalidOperationException($"The command gave {first}");

        (string Name, Action Run)[] kinds =
        [
            ("wasm command in our sandbox", () => Check(sandbox.RunAsync(command, Seed, default, Limits, CancellationToken.None))),
            ("bare Wasmtime, .NET API, pooled instances", pooled.Call),
            ("bare Wasmtime, .NET API, instances on demand", bare.Call),
            ("noop kernel in our sandbox", () => Check(kernels.RunAsync(noop, Seed, default, Limits, CancellationToken.None))),
            // Shares nothing between threads: where two are not twice as fast here, others use the machine.
            ("control: ten SHA-256", Hash),
        ];
        var times = kinds.Select(_ => new List<double[]>()).ToArray();
        for (var round = -WarmUps; round < rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var measured = (double[])[Time(kinds[kind].Run, 1, runs), Time(kinds[kind].Run, 2, runs)];
                if (round >= 0)
                    times[kind].Add(measured);
            }
        }
        double Median(int kind, int threads) => Measure.Median(times[kind].Select(time => time[threads]));
        report.Add($"one run, medians of {rounds} times {runs:N0}",
            ["", "µs, 1 thread", "µs of wall, 2 threads", "ratio to bare pooled, 1 thread", "ratio to bare pooled, 2 threads"],
            kinds.Select((kind, i) => (kind.Name, (double[])
                [Median(i, 0), Median(i, 1), Median(i, 0) / Median(1, 0), Median(i, 1) / Median(1, 1)])));
    }

    private static double Time(Action run, int threads, int runs) => 1e6 / runs * Measure.SecondsOnThreads(threads, _ =>
    {
        for (var i = 0; i < runs / threads; i++)
            run();
    });

    private static void Hash()
    {
        for (var i = 0; i < 10; i++)
            Hash256.Of("control"u8);
    }

    private static void Check(ValueTask<TaskResult> run)
    {
        if (!run.IsCompletedSuccessfully || !run.Result.Succeeded)
            throw new InvalidOperationException("A run did not succeed.");
    }

    /// <summary>A blob store with one module.</summary>
    private sealed class OneBlob(byte[] bytes) : IBlobStore
    {
        public Hash256 Hash { get; } = Hash256.Of(bytes);

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
            new(hash == Hash ? (ReadOnlyMemory<byte>?)bytes : null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(hash == Hash);

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
            throw new NotSupportedException("This store has its blob.");
    }
}
