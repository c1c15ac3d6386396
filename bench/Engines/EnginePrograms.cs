using System.Diagnostics;
using System.Text;

namespace AkkaCompute.Bench.Engines;

/// <summary>A program in both forms.</summary>
/// <param name="Module">The path of its module.</param>
/// <param name="Native">The command of the same program.</param>
/// <param name="Input">The path of its standard input.</param>
internal sealed record EngineProgram(string Name, string Module, string Native, string Input, string[] Arguments);

/// <summary>Builds what <see cref="EngineBench"/> runs.</summary>
internal static class EnginePrograms
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Find();

    public static EngineProgram[] Build(string directory)
    {
        var text = Path.Combine(directory, "text");
        File.WriteAllText(
            text, string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {(i * 7919L) % 10_007} of {(long)i * i % 977}\n")));
        var nothing = Path.Combine(directory, "nothing");
        File.WriteAllBytes(nothing, []);
        Run(Path.Combine(Root, "scripts", "real-programs"), directory, "bzip2", "zstd");
        foreach (var name in (string[])["nbody", "sieve"])
        {
            var source = Path.Combine(Root, "bench", "Engines", $"{name}.c");
            Run("/usr/bin/clang", "--target=wasm32-wasi", "-O2", "-o", Path.Combine(directory, $"{name}.wasm"), source);
            // Without fused operations, which the module does not have either: the output must be the same.
            Run("/usr/bin/clang", "-O2", "-ffp-contract=off", "-o", Path.Combine(directory, name), source, "-lm");
        }
        string In(string name) => Path.Combine(directory, name);
        return
        [
            new("bzip2", In("bzip2.wasm"), "bzip2", text, ["-9"]),
            new("zstd", In("zstd.wasm"), "zstd", text, ["-q", "-12", "-c", "--single-thread"]),
            new("nbody", In("nbody.wasm"), In("nbody"), nothing, ["1000000"]),
            new("sieve", In("sieve.wasm"), In("sieve"), nothing, ["20"]),
        ];
    }

    /// <summary>Runs a program; what it said.</summary>
    public static string Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var text = new StringBuilder(process.StandardError.ReadToEnd());
        text.Insert(0, output.Result);
        process.WaitForExit();
        return process.ExitCode == 0
            ? text.ToString()
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {text}");
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above this program's folder.");
        return folder.FullName;
    }
}
