using System.ComponentModel;
using System.Diagnostics;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>A process of Node.js that answers each line with a line.</summary>
public sealed class NodeProcess : IDisposable
{
    private readonly Process _process;

    private NodeProcess(Process process) => _process = process;

    public static bool Exists()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <param name="script">A file of <c>node</c> beside these tests.</param>
    /// <param name="options">Options of Node.js itself.</param>
    public static NodeProcess Start(string script, params string[] options) =>
        new(Process.Start(new ProcessStartInfo("node", [.. options, Path.Combine(AppContext.BaseDirectory, "node", script)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!);

    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("Node.js ended.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
