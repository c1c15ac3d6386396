using System.Diagnostics;
using System.Text;
using System.Text.Json;
using AkkaCompute.Admission;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;
using Wasmtime;

namespace AkkaCompute.Bench.Engines;

/// <summary>
/// Real programs in turns: in our sandbox, under Wasmtime's own fuel and canonical NaNs, in V8 admitted and as they are, and native.
/// Processor time, so that a busy machine can be measured on; all of them must give the same output. It needs clang, wasi-libc, rustc,
/// Node.js, apt, djpeg and cjpeg (Debian: libjpeg-turbo-progs).
/// </summary>
internal static class EngineBench
{
    private const int Rounds = 7;

    private static readonly Limits Limits = new(1L << 62, 256 << 20, 64 << 20, 4096, TimeSpan.FromMinutes(10)) { FileBytes = 64 << 20 };

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-engines-").FullName;
        try
        {
            var programs = EnginePrograms.Build(directory);
            using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(EnginePrograms.Root, "bench", "Engines", "v8.mjs")])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;
            var rows = new List<(string, double[])>();
            foreach (var program in programs)
                rows.Add((program.Name, await MeasureAsync(program, node, arguments.Rounds ?? Rounds)));
            node.Kill();
            report.Add("engines, processor time, medians; ratios are medians of pairs",
                ["", "native, ms", "ours, ms", "Wasmtime's fuel and NaNs, ms", "V8 admitted, ms", "V8 as it is, ms", "ours / Wasmtime's",
                    "ours / native", "V8 admitted / as it is"],
                rows);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double[]> MeasureAsync(EngineProgram program, Process node, int rounds)
    {
        var wasm = await File.ReadAllBytesAsync(program.Module);
        var admitted = Path.ChangeExtension(program.Module, ".admitted.wasm");
        await File.WriteAllBytesAsync(admitted, ModuleAdmission.Admit(wasm).Module!.Bytes.ToArray());
        using var ours = new Ours(program, wasm);
        using var metered = new Metered(program, wasm);
        string? output = null;
        Func<Task<(double, string)>>[] kinds =
        [
            () => Task.FromResult(program.Native is { } native ? Native(program, native) : (double.NaN, output ?? "")), ours.RunAsync,
            () => Task.FromResult(metered.Run()),
            () => AskAsync(node, program, admitted, isAdmitted: true), () => AskAsync(node, program, program.Module, isAdmitted: false),
        ];
        var times = kinds.Select(_ => new List<double>()).ToArray();
        // Two rounds until every engine has its last tier.
        for (var round = -2; round < rounds; round++)
        {
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                var (seconds, hash) = await kinds[kind]();
                if (hash.Length > 0 && (output ??= hash) != hash)
                    throw new InvalidOperationException($"{program.Name}: engine {kind} gave another output.");
                if (round >= 0)
                    times[kind].Add(seconds);
            }
        }
        double Pairs(int a, int b) => Measure.Median(times[a].Zip(times[b], (x, y) => x / y));
        return [.. times.Select(one => 1000 * Measure.Median(one)), Pairs(1, 2), Pairs(1, 0), Pairs(3, 4)];
    }

    private static async Task<(double, string)> AskAsync(Process node, EngineProgram program, string module, bool isAdmitted)
    {
        await node.StandardInput.WriteLineAsync(
            JsonSerializer.Serialize(new { wasm = module, arguments = program.Arguments, input = program.Input, isAdmitted }));
        await node.StandardInput.FlushAsync();
        using var answer =
            JsonDocument.Parse(await node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Node.js ended."));
        return (answer.RootElement.GetProperty("seconds").GetDouble(), answer.RootElement.GetProperty("hash").GetString()!);
    }

    private static (double, string) Native(EngineProgram program, string command)
    {
        // The shell says what its child took.
        var output = Path.ChangeExtension(program.Module, ".native");
        var text = EnginePrograms.Run(
            "bash",
            ["-c", $"TIMEFORMAT='%U %S'; time \"$0\" \"${{@:3}}\" <\"$1\" >\"$2\"", command, program.Input, output, ..program.Arguments]);
        var seconds = text.Split(
            (char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[^2..].Sum(number =>
                double.Parse(number, System.Globalization.CultureInfo.InvariantCulture));
        return (seconds, Hash256.Of(File.ReadAllBytes(output)).ToString());
    }

    /// <summary>A task in our sandbox.</summary>
    private sealed class Ours : IDisposable
    {
        private readonly Blobs _blobs = new();
        private readonly WasmSandbox _sandbox;
        private readonly Payload _payload;
        private readonly byte[] _input;

        public Ours(EngineProgram program, byte[] wasm)
        {
            _sandbox =
                new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 256 << 20, CompileTime = TimeSpan.FromMinutes(2) }, _blobs);
            _payload = new Payload.Program(_blobs.Put(wasm)) { Arguments = program.Arguments };
            _input = File.ReadAllBytes(program.Input);
        }

        public async Task<(double, string)> RunAsync()
        {
            var before = Environment.CpuUsage.TotalTime;
            var result = await _sandbox.RunAsync(_payload, Hash256.Of("seed"u8), _input, Limits, CancellationToken.None);
            var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            return result.Succeeded ? (seconds, Hash256.Of(result.Output.Span).ToString())
                : throw new InvalidOperationException($"{result.Kind} {result.Reason}: {Encoding.UTF8.GetString(result.Stderr.Span)}");
        }

        public void Dispose() => _sandbox.Dispose();
    }

    /// <summary>The module as it is, with Wasmtime's own WASI, fuel and canonical NaNs.</summary>
    private sealed class Metered : IDisposable
    {
        private readonly EngineProgram _program;
        private readonly Engine _engine =
            new(new Config().WithFuelConsumption(true).WithCraneliftNaNCanonicalization(true).WithEpochInterruption(true));
        private readonly Module _module;
        private readonly Linker _linker;
        private readonly string _output;

        public Metered(EngineProgram program, byte[] wasm)
        {
            (_program, _output) = (program, Path.ChangeExtension(program.Module, ".metered"));
            _module = Module.FromBytes(_engine, "bench", wasm);
            _linker = new Linker(_engine);
            _linker.DefineWasi();
        }

        public (double, string) Run()
        {
            var before = Environment.CpuUsage.TotalTime;
            using (var store = new Store(_engine))
            {
                store.SetWasiConfiguration(new WasiConfiguration().WithStandardInput(_program.Input).WithStandardOutput(_output)
                    .WithArgs([_program.Name, .. _program.Arguments]));
                store.Fuel = long.MaxValue;
                store.SetEpochDeadline(1_000_000);
                try
                {
                    _linker.Instantiate(store, _module).GetAction("_start")!();
                }
                catch (WasmtimeException exit) when (exit.ExitCode == 0)
                {
                    // proc_exit.
                }
            }
            var seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            return (seconds, Hash256.Of(File.ReadAllBytes(_output)).ToString());
        }

        public void Dispose()
        {
            _linker.Dispose();
            _module.Dispose();
            _engine.Dispose();
        }
    }

    private sealed class Blobs : IBlobStore
    {
        private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _blobs = [];

        public Hash256 Put(byte[] bytes)
        {
            _blobs[Hash256.Of(bytes)] = bytes;
            return Hash256.Of(bytes);
        }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
            // a bare null would be made an empty blob
            new(_blobs.TryGetValue(hash, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?));

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(_blobs.ContainsKey(hash));

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => new(Put(bytes.ToArray()));
    }
}
