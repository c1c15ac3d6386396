using System.Text;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>docs/modules.md: each program, built by the command that stands below it, runs in the sandbox.</summary>
public sealed class ToolchainTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>, IDisposable
{
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
        Assert.SkipUnless(await Toolchain.RunAsync(_directory, "npm", "install --no-audit --no-fund --ignore-scripts assemblyscript@0.28.20") is null, "npm, or its package assemblyscript, is not there.");
        await BuildsAndRunsAsync("npx asc", "ts");
    }

    private async Task BuildsAndRunsAsync(string compiler, string extension)
    {
        var module = await Toolchain.BuildSampleAsync(_directory, compiler, $"square.{extension}");
        var limits = Fixture.Limits with { MemoryBytes = 64 << 20, Fuel = 100_000_000 };
        var squared = await sandbox.RunBytesAsync(module, "12.5\n", limits);
        Assert.Equal((ResultKind.Exited, 0, "156.25\n"), (squared.Kind, squared.ExitCode, Text(squared.Output)));
        var refused = await sandbox.RunBytesAsync(module, "nope", limits);
        Assert.Equal((ResultKind.Exited, 1, ""), (refused.Kind, refused.ExitCode, Text(refused.Output)));
        Assert.StartsWith("square: ", Text(refused.Stderr), StringComparison.Ordinal);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
