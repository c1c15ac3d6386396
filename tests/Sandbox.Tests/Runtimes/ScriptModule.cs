using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Sandbox.Tests.Runtimes;

/// <summary>Where the modules of runtimes are that take long to make, and what was compiled of them.</summary>
public static class ScriptModule
{
    /// <summary>Compiling takes a minute of processor time: what was compiled is kept between runs.</summary>
    public static string Compiled { get; } = Path.Combine(Path.GetTempPath(), "akkacompute-script-runtimes");

    /// <summary>As its script leaves it, in the repository or in the user's cache. Without, the test is skipped.</summary>
    /// <param name="directory">The repository's <c>runtimes</c>.</param>
    public static string Take(ScriptRuntime runtime, string directory)
    {
        var path = Find(runtime, directory);
        Assert.SkipWhen(path is null, $"runtimes/{runtime.Name}.wasm is not built: run runtimes/{runtime.Name}/build.");
        return path!;
    }

    private static string? Find(ScriptRuntime runtime, string directory)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new[]
        {
            Path.Combine(directory, $"{runtime.Name}.wasm"),
            Path.Combine(cache, "akkacompute", "runtimes", runtime.Module.ToString(), $"{runtime.Name}.wasm"),
        }.FirstOrDefault(File.Exists);
    }
}
