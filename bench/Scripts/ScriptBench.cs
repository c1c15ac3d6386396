using System.Diagnostics;
using System.Globalization;
using System.Text;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;

namespace AkkaCompute.Bench.Scripts;

/// <summary>
/// Tasks of JavaScript on one slot: the runtime js, against Jint and Node.js, each with a fresh global object for each task. Only ours has
/// fuel, limits, and the same bytes on every machine.
/// </summary>
internal static class ScriptBench
{
    private static readonly (string Name, string Function, string Output, int Share)[] _functions =
    [
        ("x * x", "x => x * x", "144", 1),
        ("a loop of 100,000 steps", "x => { let sum = 0; for (let i = 0; i < 100000; i++) sum += i; return sum + +x; }", "4999950012", 20),
    ];

    private static readonly Limits _limits =
        new(10_000_000_000, 256 << 20, 1 << 20, 4096, TimeSpan.FromSeconds(60)) { FileBytes = 1 << 20 };

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var (rounds, tasks) = (arguments.Rounds ?? 5, arguments.Tasks ?? 2_000);
        var (runtimes, notes) = RuntimeDirectory.Read(Path.Combine(AppContext.BaseDirectory, "script-runtimes"));
        if (runtimes.SingleOrDefault(one => one.Name == JavaScript.Runtime) is not { } runtime)
            throw new InvalidOperationException(string.Join('\n', notes));
        var scripts = new Scripts();
        using var sandbox = new WasmSandbox(new WasmOptions { Slots = 1, MaxMemoryBytes = 256 << 20, Runtimes = [runtime] }, scripts);
        var compiled = await sandbox.CompileAsync(runtime.Bare, CancellationToken.None);
        Report.Say($"compiling {runtime.Bytes.Length:N0} bytes: {compiled.Burnt.TotalSeconds:F1} s of processor time");
        var rows = new List<(string, double[])>();
        foreach (var (name, function, output, share) in _functions)
        {
            var payload = scripts.Program(runtime.Bare, $"export default {function}");
            var count = Math.Max(10, tasks / share);
            (string Name, Func<double> Rate)[] kinds =
            [
                ("js", () => Rate(count, () => Ours(sandbox, payload, output))),
                ("Jint 4.18", () => Rate(count, () => Jint(function, output))),
                ("Node.js, a context a task", () => Node(count, function, output)),
            ];
            var rates = kinds.Select(_ => new List<double>()).ToArray();
            for (var round = -1; round < rounds; round++)
                for (var kind = 0; kind < kinds.Length; kind++)
                    if (kinds[kind].Rate() is var rate && round >= 0)
                        rates[kind].Add(rate);
            rows.AddRange(kinds.Select((kind, i) => ($"{name}: {kind.Name}", (double[])[Measure.Median(rates[i])])));
        }
        report.Add($"JavaScript, medians of {rounds}", ["", "tasks/s on one slot"], rows);
    }

    private static double Rate(int count, Action task) => count / Measure.Seconds(() =>
    {
        for (var i = 0; i < count; i++)
            task();
    });

    private static void Ours(WasmSandbox sandbox, Payload payload, string output)
    {
        var run = sandbox.RunAsync(payload, Hash256.Of("seed"u8), "12"u8.ToArray(), _limits, CancellationToken.None);
        var result = run.IsCompleted ? run.Result : run.AsTask().GetAwaiter().GetResult(); // the first reads the script
        Check("js", output, Encoding.UTF8.GetString(result.Succeeded ? result.Output.Span : result.Stderr.Span));
    }

    private static void Jint(string function, string output)
    {
        using var engine = new global::Jint.Engine();
        engine.SetValue("input", "12");
        Check("Jint", output, engine.Evaluate($"String(({function})(input))").ToString());
    }

    /// <summary>NaN where there is no Node.js.</summary>
    private static double Node(int count, string function, string output)
    {
        var program = $$"""
            const vm = require('node:vm'), start = process.hrtime.bigint();
            for (let i = 0; i < {{count}}; i++) {
              const got = vm.runInNewContext('String(({{function}})(input))', { input: '12' });
              if (got !== '{{output}}') throw new Error(got);
            }
            console.log(Number(process.hrtime.bigint() - start) / 1e9);
            """;
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo("node") { ArgumentList = { "-e", program }, RedirectStandardOutput = true })!;
            var said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return count / double.Parse(said, CultureInfo.InvariantCulture);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return double.NaN;
        }
    }

    private static void Check(string who, string wanted, string got)
    {
        if (got != wanted)
            throw new InvalidOperationException($"{who} gave '{got}', not '{wanted}'.");
    }

    /// <summary>Scripts by their hash.</summary>
    private sealed class Scripts : IBlobStore
    {
        private readonly Dictionary<Hash256, ReadOnlyMemory<byte>> _blobs = [];

        public Payload.Program Program(Payload.Program bare, string script)
        {
            var bytes = Encoding.UTF8.GetBytes(script);
            _blobs[Hash256.Of(bytes)] = bytes;
            return bare with { Files = [new ProgramFile(JavaScript.Main, Hash256.Of(bytes), bytes.Length)] };
        }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
            new(_blobs.TryGetValue(hash, out var bytes) ? bytes : null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(_blobs.ContainsKey(hash));

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();
    }
}
