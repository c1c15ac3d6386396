using System.Diagnostics;

namespace AkkaCompute.Genetic.Tests;

/// <summary>Programs that are not part of the .NET SDK, and what they said.</summary>
internal static class Tool
{
    public sealed record Ended(int ExitCode, byte[] Output, string Error);

    /// <summary>The repository's root, above the test's binaries.</summary>
    public static string Root { get; } = FindRoot();

    public static async Task<Ended> RunAsync(string program, IEnumerable<string> arguments, ReadOnlyMemory<byte> input = default, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using var process = Process.Start(start)!;
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of its input: its exit code and error text say why.
        }
        await Task.WhenAll(reading, error, process.WaitForExitAsync());
        return new Ended(process.ExitCode, output.ToArray(), await error);
    }

    /// <summary>Whether a program can be started and ends well with these arguments.</summary>
    public static async Task<bool> WorksAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, arguments)).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs a module in Node.js.</summary>
    public static Task<Ended> RunModuleAsync(string module, ReadOnlyMemory<byte> input) =>
        RunAsync("node", [Path.Combine(AppContext.BaseDirectory, "run-module.mjs"), module], input);

    public static async Task NeedNodeAsync() =>
        Assert.SkipUnless(await WorksAsync("node", "--version"), "Node.js is not installed");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AkkaCompute.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("AkkaCompute.sln is not above the test's folder");
    }
}
