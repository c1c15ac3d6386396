using System.Diagnostics;
using System.Reflection;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The programs as a user runs them: real processes, with a bound on their time.</summary>
internal static class Programs
{
    /// <summary>For a hanging process, not a measure of anything.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    /// <summary>The output directory of samples/HelloCompute.</summary>
    public static string HelloCompute { get; } = MetadataOf("HelloCompute");

    /// <summary>The output directory of samples/JavaScript.</summary>
    public static string JavaScript { get; } = MetadataOf("JavaScript");

    /// <summary>The output directory of samples/Thumbnails.</summary>
    public static string Thumbnails { get; } = MetadataOf("Thumbnails");

    /// <summary>The <c>akkacompute</c> command.</summary>
    public static string Cli { get; } = Path.Combine(MetadataOf("Cli"), "akkacompute.dll");

    /// <summary>The directory <c>src</c>.</summary>
    public static string Sources { get; } = MetadataOf("Sources");

    /// <summary>What all of it was built as: Debug or Release.</summary>
    public static string Configuration { get; } = MetadataOf("Configuration");

    public static string Node { get; } = Path.Combine(AppContext.BaseDirectory, "AkkaCompute.Cluster.Node.dll");

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> RunAsync(string dll, string directory, params string[] args)
    {
        using var process = Start(dll, directory, args);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(bound.Token), process.StandardError.ReadToEndAsync(bound.Token));
            await process.WaitForExitAsync(bound.Token);
            return new Ended(process.ExitCode, await output, await error);
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>Starts a program whose output the caller reads, and which the caller ends.</summary>
    public static Process Start(string dll, string directory, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [dll, .. args])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    public static void Kill(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
    }

    private static string MetadataOf(string program) => typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == program).Value!;

    /// <summary>How a program ended.</summary>
    public sealed record Ended(int ExitCode, string Output, string Error);
}
