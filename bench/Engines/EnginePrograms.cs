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
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Find();

    public static EngineProgram[] Build(string directory)
    {
        var text = Path.Combine(directory, "text");
        File.WriteAllText(
            text, string.Concat(Enumerable.Range(0, 200_000).Select(i => $"line {(i * 7919L) % 10_007} of {(long)i * i % 977}\n")));
        var nothing = Path.Combine(directory, "nothing");
        File.WriteAllBytes(nothing, []);
        var (picture, query) = (Path.Combine(directory, "picture"), Path.Combine(directory, "query"));
        File.WriteAllBytes(picture, Picture(1600, 1200));
        File.WriteAllText(query, """
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)
            select sum(i * i % 977), count(distinct i % 1009) from n;
            create table words(id integer primary key, word text);
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000)
            insert into words select i, 'word ' || (i * 7919 % 10007) from n;
            create index by_word on words(word);
            select count(*), max(id) from words where word in (select word from words group by word having count(*) > 5);

            """);
        // as the tests have them: what is there is not fetched again
        var made = Path.Combine(Path.GetTempPath(), "akkacompute-real-programs");
        string[] real = ["bzip2", "zstd", "cjpeg", "djpeg", "sqlite3", "brotli", "pi"];
        Run(Path.Combine(Root, "scripts", "real-programs"), [made, .. real]);
        foreach (var name in real)
            File.Copy(Path.Combine(made, $"{name}.wasm"), Path.Combine(directory, $"{name}.wasm"));
        var (photo, pi) = (Path.Combine(directory, "photo"), Path.Combine(directory, "pi"));
        Run("bash", "-c", $"cjpeg -quality 90 <'{picture}' >'{photo}'");
        Run("/usr/bin/rustc", "-O", "-o", pi, Path.Combine(Root, "samples", "Modules", "pi.rs"));
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
            new("cjpeg", In("cjpeg.wasm"), "cjpeg", picture, ["-quality", "85"]),
            new("djpeg", In("djpeg.wasm"), "djpeg", photo, ["-pnm"]),
            new("sqlite3", In("sqlite3.wasm"), OnPath("sqlite3"), query, [":memory:"]),
            new("brotli", In("brotli.wasm"), OnPath("brotli"), text, ["-c", "-q", "9"]),
            new("pi", In("pi.wasm"), pi, nothing, ["30000000", "7"]),
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

    private static string? OnPath(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name))) ? name : null;

    /// <summary>Waves with some noise on them, in PPM.</summary>
    private static byte[] Picture(int width, int height)
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
