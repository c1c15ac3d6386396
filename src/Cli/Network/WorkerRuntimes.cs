using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Sandbox.Runtimes;

namespace AkkaCompute.Cli.Network;

/// <summary>The runtimes for scripts that a worker has from its network.</summary>
internal static class WorkerRuntimes
{
    /// <summary>What it has where its user says nothing: it is small, and compiled in a moment.</summary>
    public const string Standard = JavaScript.Runtime;

    /// <summary>The names of those of this release, for people.</summary>
    public static string Known => string.Join(", ", ScriptRuntime.All.Select(runtime => runtime.Name));

    /// <summary>Those that a user names, with commas between them.</summary>
    /// <exception cref="UsageException">A name is none of this release, or is there twice.</exception>
    public static IReadOnlyList<ScriptRuntime> Parse(string names)
    {
        var runtimes = new List<ScriptRuntime>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            var runtime = ScriptRuntime.All.FirstOrDefault(runtime => runtime.Name == name)
                ?? throw new UsageException($"--runtimes: '{name}' is none of {Known}.");
            if (runtimes.Contains(runtime))
                throw new UsageException($"--runtimes: {name} is there twice.");
            runtimes.Add(runtime);
        }
        return runtimes;
    }

    /// <summary>
    /// Those that the network has; of each other one it is said that it is not there. Bytes are compared with their hash.
    /// </summary>
    public static async Task<IReadOnlyList<RuntimeModule>> FetchAsync(
        IReadOnlyList<ScriptRuntime> runtimes, HttpBlobs blobs, CancellationToken cancel)
    {
        var fetched = new List<RuntimeModule>();
        foreach (var runtime in runtimes)
        {
            try
            {
                if (await blobs.GetAsync(runtime.Module, cancel) is { } bytes)
                    fetched.Add(new RuntimeModule(runtime.Name, runtime.Module, bytes));
                else if (runtimes.Count > 1 || runtime.Name != Standard) // that one alone may be what nobody has asked for
                    await Console.Error.WriteLineAsync($"akkacompute: no {runtime.Name}: the network does not have this release's.");
            }
            catch (Exception wrong) when (wrong is SilentNetworkException or RefusedException or InvalidDataException)
            {
                await Console.Error.WriteLineAsync($"akkacompute: no {runtime.Name}: {wrong.Message}");
            }
        }
        return fetched;
    }
}
