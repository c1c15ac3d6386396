using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>The compiling child by itself, as a process.</summary>
public sealed class CompilerChildTests
{
    [Fact]
    public async Task It_ends_when_its_parent_is_gone()
    {
        using var child = Start("compile", "1048576", "1000000000", "60");
        await SendAsync(child, CompileBomb.Make(4000, 4000));
        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, child.ExitCode);
    }

    [Fact]
    public async Task Its_own_limit_holds_where_nobody_watches()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "setrlimit's RLIMIT_DATA as we use it is Linux's.");
        using var child = Start("compile", "1048576", "100000000", "60");
        await SendAsync(child, CompileBomb.Make(4000, 4000));
        var error = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, child.ExitCode);
        Assert.Contains("memory", error, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData()]
    [InlineData("compile")]
    [InlineData("compile", "1", "2", "x")]
    public async Task Wrong_arguments_are_a_usage_error(params string[] arguments)
    {
        using var child = Start(arguments);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(64, child.ExitCode);
    }

    private static Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AkkaCompute.Sandbox.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true, StandardErrorEncoding = Encoding.UTF8,
        })!;

    private static async Task SendAsync(Process child, byte[] module)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, module.Length);
        await child.StandardInput.BaseStream.WriteAsync(length, TestContext.Current.CancellationToken);
        await child.StandardInput.BaseStream.WriteAsync(module, TestContext.Current.CancellationToken);
        await child.StandardInput.BaseStream.FlushAsync(TestContext.Current.CancellationToken);
    }
}
