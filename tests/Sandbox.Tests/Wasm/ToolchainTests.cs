using System.Diagnostics;
using System.Text;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>docs/modules.md: each program, built by the command that stands below it, runs in the sandbox.</summary>
public sealed class ToolchainTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
    private static readonly string _root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-modules-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [Trait("Category", "Needs")]
    [Trait("Needs", "clang")]
    [InlineData("clang", "c")]
    [InlineData("clang++", "cpp")]
    public Task C_and_Cpp(string compiler, string extension) => BuildsAndRunsAsync(compiler, extension);

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "rustc")]
    public Task Rust() => BuildsAndRunsAsync("rustc", "rs");

    [Fact]
    [Trait("Category", "Needs")]
    [Trait("Needs", "npm")]
    public async Task AssemblyScript()
    {
        Assert.SkipUnless(await RunAsync("npm", "install --no-audit --no-fund --ignore-scripts assemblyscript@0.28.20") is null, "npm, or its package assemblyscript, is not there.");
        await BuildsAndRunsAsync("npx asc", "ts");
    }

    private async Task BuildsAndRunsAsync(string compiler, string extension)
    {
        var command = File.ReadLines(Path.Combine(_root, "docs", "modules.md")).Single(line => line.StartsWith(compiler + ' ', StringComparison.Ordinal) && line.Contains($" square.{extension}", StringComparison.Ordinal));
        File.Copy(Path.Combine(_root, "samples", "Modules", $"square.{extension}"), Path.Combine(_directory, $"square.{extension}"));
        var tool = compiler.Split(' ')[0];
        // The distribution's compiler has the target; another one may come first on the PATH and not have it.
        var path = File.Exists($"/usr/bin/{tool}") ? $"/usr/bin/{tool}" : tool;
        var failed = await RunAsync(path, command[(tool.Length + 1)..]);
        Assert.SkipWhen(failed is not null && (failed.Contains("not found", StringComparison.OrdinalIgnoreCase) || failed.Contains("can't find crate", StringComparison.Ordinal)
            || failed.Contains("No such file", StringComparison.Ordinal)), $"{tool} with its WASI library is not installed: {failed}");
        Assert.Null(failed);

        var module = await File.ReadAllBytesAsync(Path.Combine(_directory, "square.wasm"), TestContext.Current.CancellationToken);
        var limits = Fixture.Limits with { MemoryBytes = 64 << 20, Fuel = 100_000_000 };
        var squared = await sandbox.RunBytesAsync(module, "12.5\n", limits);
        Assert.Equal((ResultKind.Exited, 0, "156.25\n"), (squared.Kind, squared.ExitCode, Text(squared.Output)));
        var refused = await sandbox.RunBytesAsync(module, "nope", limits);
        Assert.Equal((ResultKind.Exited, 1, ""), (refused.Kind, refused.ExitCode, Text(refused.Output)));
        Assert.StartsWith("square: ", Text(refused.Stderr), StringComparison.Ordinal);
    }

    /// <summary>Null where it ended with 0, else what it said.</summary>
    private async Task<string?> RunAsync(string tool, string arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { WorkingDirectory = _directory, RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0 ? null : await error + await output;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"{tool} not found: {missing.Message}";
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
