using System.Diagnostics;
using System.Globalization;
using AkkaCompute.Admission;
using AkkaCompute.Bench.Support;
using AkkaCompute.Domain.Ground;
using Wasmtime;

namespace AkkaCompute.Bench.Engines;

/// <summary>
/// Real programs in turns: in our sandbox, under Wasmtime's own fuel and canonical NaNs, in V8 admitted and as they are, and native.
/// Processor time, so that a busy machine can be measured on; all of them must give the same output. A row is said as soon as it is done,
/// and has an end: <see cref="RowTime"/>, <see cref="RunTime"/>. It needs clang, wasi-libc, rustc, Node.js, apt, djpeg and cjpeg
/// (Debian: libjpeg-turbo-progs).
/// </summary>
internal static class EngineBench
{
    private const int Rounds = 7;

    /// <summary>What one run may take; more ends its row.</summary>
    public static readonly TimeSpan RunTime = TimeSpan.FromSeconds(60);

    /// <summary>After this time a row begins no further round; its medians are of those that it has.</summary>
    private static readonly TimeSpan RowTime = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var directory = Directory.CreateTempSubdirectory("akkacompute-engines-").FullName;
        try
        {
            var rows = new List<(string, double[])>();
            foreach (var name in EnginePrograms.Names.Where(name => arguments.Part is null || arguments.Part == name))
            {
                try
                {
                    var figures = await MeasureAsync(EnginePrograms.Build(name, directory), arguments.Rounds ?? Rounds);
                    Report.Say($"{name}: {string.Join(' ', figures.Select(value => value.ToString("F3", CultureInfo.InvariantCulture)))}");
                    rows.Add((name, figures));
                }
                catch (Exception wrong) when (wrong is InvalidOperationException or TimeoutException or WasmtimeException)
                {
                    Report.Say($"{name}: left out: {wrong.Message}");
                }
            }
            report.Add("engines, processor time, medians; ratios are medians of pairs",
                ["", "native, ms", "ours, ms", "Wasmtime's fuel and NaNs, ms", "V8 admitted, ms", "V8 as it is, ms", "ours / Wasmtime's",
                    "ours / native", "V8 admitted / as it is", "rounds"],
                rows);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<double[]> MeasureAsync(EngineProgram program, int rounds)
    {
        var wasm = await File.ReadAllBytesAsync(program.Module);
        var admitted = Path.ChangeExtension(program.Module, ".admitted.wasm");
        await File.WriteAllBytesAsync(admitted, ModuleAdmission.Admit(wasm).Module!.Bytes.ToArray());
        using var ours = new OurSandbox(program, wasm);
        using var plain = new PlainWasmtime(program, wasm);
        using var node = new NodeEngine();
        string? output = null;
        Func<Task<(double, string)>>[] kinds =
        [
            () => Task.FromResult(program.Native is { } native ? Native(program, native) : (double.NaN, output ?? "")), ours.RunAsync,
            () => Task.FromResult(plain.Run()),
            () => node.RunAsync(program, admitted, isAdmitted: true), () => node.RunAsync(program, program.Module, isAdmitted: false),
        ];
        var times = kinds.Select(_ => new List<double>()).ToArray();
        var start = Stopwatch.GetTimestamp();
        // Two rounds until every engine has its last tier.
        for (var round = -2; round < rounds && (round < 1 || Stopwatch.GetElapsedTime(start) < RowTime); round++)
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
        return [.. times.Select(one => 1000 * Measure.Median(one)), Pairs(1, 2), Pairs(1, 0), Pairs(3, 4), times[0].Count];
    }

    private static (double, string) Native(EngineProgram program, string command)
    {
        // The shell says what its child took.
        var output = Path.ChangeExtension(program.Module, ".native");
        var text = EnginePrograms.Run(
            "bash",
            [
                "-c", $"TIMEFORMAT='%U %S'; time timeout {RunTime.TotalSeconds:F0} \"$0\" \"${{@:3}}\" <\"$1\" >\"$2\"",
                command, program.Input, output, ..program.Arguments,
            ]);
        var seconds = text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[^2..]
            .Sum(number => double.Parse(number, CultureInfo.InvariantCulture));
        return (seconds, Hash256.Of(File.ReadAllBytes(output)).ToString());
    }
}
