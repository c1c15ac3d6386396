using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using AkkaCompute.Cluster.Tests.Demo;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The command <c>akkacompute</c> in a directory, with a home of its own there.</summary>
internal sealed class Shell(string directory, string network)
{
    public const int Interrupt = 2, Terminate = 15;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Where its keys and its configuration file are.</summary>
    public string Home => Path.Combine(directory, "home");

    /// <summary>Variables beside those of its home and its network.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Runs a command to its end.</summary>
    public Task<Programs.Ended> RunAsync(string input, params string[] arguments) => RunAsync(input, network, arguments);

    /// <param name="said">The network in its environment; null: none.</param>
    public async Task<Programs.Ended> RunAsync(string input, string? said, string[] arguments)
    {
        using var process = Start(said, arguments);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(Cancel).WaitAsync(2 * Wait.Long, Cancel);
            return new Programs.Ended(process.ExitCode, await output, await error);
        }
        finally
        {
            Programs.Kill(process);
        }
    }

    /// <summary>Starts a command that the caller ends.</summary>
    public Process Start(params string[] arguments) => Start(network, arguments);

    /// <summary>Sends a signal.</summary>
    public static void Signal(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    private Process Start(string? said, string[] arguments)
    {
        var dotnet = System.Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        // What a shell starts in the background, such as these tests, ignores SIGINT, and so would its children.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", dotnet] : [dotnet];
        var start = new ProcessStartInfo(command[0], [.. command[1..], Programs.Cli, .. arguments])
        {
            WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["AKKACOMPUTE_HOME"] = Home;
        start.Environment["AKKACOMPUTE_NETWORK"] = said;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Whatever becomes of a test, its process ends.</summary>
    internal sealed class Ending(Process process) : IDisposable
    {
        public void Dispose() => Programs.Kill(process);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
