using System.Diagnostics;
using System.Text;

namespace AkkaCompute.Bench.Engines;

/// <summary>A program in both forms.</summary>
/// <param name="Module">The path of its module.</param>
/// <param name="Native">The command of the same program; null: this machine has none.</param>
/// <param name="Input">The path of its standard input.</param>
internal sealed record EngineProgram(string Name, string Module, string? Native, string Input, string[] Arguments);

/// <summary>Builds what <see cref="EngineBench"/> runs.</summary>
internal static class EnginePrograms
{
    private const string Query = """
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)
        select sum(i * i % 977), count(distinct i % 1009) from n;
        create table words(id integer primary key, word text);
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
        insert into words select i, 'word ' || (i * 7919 % 10007) from n;
        create index by_word on words(word);
        select count(*), max(id) from words where word in (select word from words group by word having count(*) > 5);

        """;

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Find();

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bzip2", "zstd", "cjpeg", "djpeg", "sqlite3", "brotli", "pi", "nbody", "sieve"];

    /// <summary>Fetches and builds one, and makes its input.</summary>
    /// <exception cref="InvalidOperationException">A tool is missing or has failed.</exception>
    public static EngineProgram Build(string name, string directory)
    {
        string In(string file) => Path.Combine(directory, file);
        string Made(string file, Action<string> make)
        {
            if (!File.Exists(In(file)))
                make(In(file));
            return In(file);
        }
        string Text() => Made("text", path => File.WriteAllText(
            path, string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {(i * 7919L) % 10_007} of {(long)i * i % 977}\n"))));
        string Nothing() => Made("nothing", path => File.WriteAllBytes(path, []));
        string Picture() => Made("picture", path => File.WriteAllBytes(path, Waves(1600, 1200)));
        return name switch
        {
            "bzip2" => new(name, Real(name, directory), OnPath(name), Text(), ["-9"]),
            "zstd" => new(name, Real(name, directory), OnPath(name), Text(), ["-q", "-12", "-c", "--single-thread"]),
            "cjpeg" => new(name, Real(name, directory), OnPath(name), Picture(), ["-quality", "85"]),
            "djpeg" => new(name, Real(name, directory), OnPath(name),
                Made("photo", path => Run("bash", "-c", $"cjpeg -quality 90 <'{Picture()}' >'{path}'")), ["-pnm"]),
            "sqlite3" => new(
                name, Real(name, directory), OnPath(name), Made("query", path => File.WriteAllText(path, Query)), [":memory:"]),
            "brotli" => new(name, Real(name, directory), OnPath(name), Text(), ["-c", "-q", "9"]),
            "pi" => new(name, Real(name, directory),
                Made(name, path => Run("/usr/bin/rustc", "-O", "-o", path, Path.Combine(Root, "samples", "Modules", "pi.rs"))),
                Nothing(), ["30000000", "7"]),
            "nbody" or "sieve" => Ours(name, directory, Nothing()),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such program."),
        };
    }

    /// <summary>A program of this folder. Native without fused operations, which the module does not have either.</summary>
    private static EngineProgram Ours(string name, string directory, string input)
    {
        var (source, native) = (Path.Combine(Root, "bench", "Engines", $"{name}.c"), Path.Combine(directory, name));
        Run("/usr/bin/clang", "--target=wasm32-wasi", "-O2", "-o", $"{native}.wasm", source);
        Run("/usr/bin/clang", "-O2", "-ffp-contract=off", "-o", native, source, "-lm");
        return new(name, $"{native}.wasm", native, input, [name == "nbody" ? "1000000" : "20"]);
    }

    /// <summary>One of scripts/real-programs, as the tests have it: what is there is not fetched again.</summary>
    private static string Real(string name, string directory)
    {
        var made = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");
        if (!File.Exists(Path.Combine(made, $"{name}.wasm")))
            Run(Path.Combine(Root, "scripts", "real-programs"), [made, name]);
        var module = Path.Combine(directory, $"{name}.wasm");
        File.Copy(Path.Combine(made, $"{name}.wasm"), module);
        return module;
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

    private static string? OnPath(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name))) ? name : null;

    /// <summary>Waves with some noise on them, in PPM.</summary>
    private static byte[] Waves(int width, int height)
    {
        var random = new Random(1);
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(128 + (60 * Math.Sin(x / 90.0)) + (50 * Math.Cos(y / 70.0)) + random.Next(-7, 8));
        }
        return [.. Encoding.ASCII.GetBytes($"P6\n{width} {height}\n255\n"), .. pixels];
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("AkkaCompute.sln is not above this program's folder.");
        return folder.FullName;
    }
}
