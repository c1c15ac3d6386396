using System.Text;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Kernels;

namespace AkkaCompute.Sandbox.Tests.Kernels;

public sealed class KernelSandboxTests
{
    private static readonly Limits Limits = new(0, 0, 100, 50, TimeSpan.FromMinutes(1));

    private readonly KernelSandbox _sandbox = new(new KernelCatalog(
    [
        .. KernelCatalog.BuiltIn,
        new TestKernel("fail", (_, _) => throw new KernelException(9, "no such city")),
        new TestKernel("fail-later", async (_, _) =>
        {
            await Task.Yield();
            throw new KernelException(9, "no such city");
        }),
        new TestKernel("zero", (_, _) => throw new KernelException(0, "fails with success")),
        new TestKernel("crash", (_, _) => throw new InvalidOperationException(new string('x', 100) + "the end")),
        new TestKernel("cancels-itself", (_, _) => throw new OperationCanceledException("not by us")),
        new TestKernel("grow", (_, _) => new(new byte[101])),
        new TestKernel("wait", async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return default;
        }),
        new TestKernel("cancelled", (_, cancel) => new(Encoding.ASCII.GetBytes(cancel.IsCancellationRequested ? "yes" : "no"))),
    ]));

    [Fact]
    public async Task Built_in_kernels_work()
    {
        Assert.Equal((true, ""), Shown(await RunAsync("noop", "input")));
        Assert.Equal((true, "input"), Shown(await RunAsync("echo", "input")));
        Assert.Equal((true, "1"), Shown(await RunAsync("delay", "1")));
        Assert.Equal((true, "0"), Shown(await RunAsync("delay", "0")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("60001")]
    [InlineData("99999999999999999999999")]
    [InlineData("1.5")]
    [InlineData(" 1")]
    public async Task A_bad_delay_is_named_with_its_limit(string input)
    {
        var result = await RunAsync("delay", input, stderrBytes: 1000);
        Assert.Equal((ResultKind.Exited, 1), (result.Kind, result.ExitCode));
        Assert.Contains("milliseconds", Text(result), StringComparison.Ordinal);
        Assert.Contains("60000", Text(result), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fail")]
    [InlineData("fail-later")]
    public async Task A_kernel_fails_with_its_own_exit_code(string name)
    {
        var result = await RunAsync(name);
        Assert.Equal((ResultKind.Exited, 9, "no such city"), (result.Kind, result.ExitCode, Text(result)));
    }

    [Fact]
    public async Task Exit_code_0_is_no_way_to_fail() => Assert.Equal(1, (await RunAsync("zero")).ExitCode);

    [Fact]
    public async Task An_exception_is_exit_code_1_and_the_end_of_its_message()
    {
        var result = await RunAsync("crash");
        Assert.Equal((ResultKind.Exited, 1), (result.Kind, result.ExitCode));
        Assert.EndsWith("the end", Text(result), StringComparison.Ordinal);
        Assert.Matches(@"^\[\d+ bytes of standard error were dropped before this\]\n", Text(result));
        Assert.Equal(Limits.StderrBytes, result.Stderr.Length - Text(result).IndexOf('\n', StringComparison.Ordinal) - 1);
        Assert.StartsWith("System.InvalidOperationException: ", Text(await RunAsync("crash", stderrBytes: 1000)), StringComparison.Ordinal);
        Assert.Equal((ResultKind.Exited, 1), ((await RunAsync("cancels-itself")).Kind, result.ExitCode));
    }

    [Fact]
    public async Task Too_much_output_is_no_result()
    {
        var result = await RunAsync("grow");
        Assert.Equal((ResultKind.NoResult, NoResultReason.OutputLimit), (result.Kind, result.Reason));
        Assert.Contains("OutputBytes = 100", Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wall_clock_cancels_a_kernel_and_not_the_next()
    {
        for (var i = 0; i < 20; i++)
        {
            var result = await RunAsync("wait", limits: Limits with { WallClock = TimeSpan.FromMilliseconds(1) });
            Assert.Equal((ResultKind.NoResult, NoResultReason.OutOfTime), (result.Kind, result.Reason));
            Assert.Contains("WallClock = 1 ms", Text(result), StringComparison.Ordinal);
            Assert.Equal("no", Shown(await RunAsync("cancelled")).Output);
        }
    }

    [Fact]
    public async Task The_caller_cancels_a_kernel_and_not_the_next()
    {
        using var cancel = new CancellationTokenSource();
        var run = RunAsync("wait", cancel: cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(NoResultReason.OutOfTime, (await run).Reason);
        Assert.Equal("yes", Shown(await RunAsync("cancelled", cancel: cancel.Token)).Output);
        Assert.Equal("no", Shown(await RunAsync("cancelled")).Output);
    }

    [Fact]
    public async Task Unknown_kernels_versions_and_payloads_are_refused()
    {
        foreach (var payload in new Payload[] { new Payload.Kernel("nope", 1), new Payload.Kernel("noop", 2), new Payload.Wasm(Fixture.Seed) })
        {
            var result = await _sandbox.RunAsync(payload, Fixture.Seed, default, Limits, TestContext.Current.CancellationToken);
            Assert.Equal((ResultKind.NoResult, NoResultReason.PayloadRefused), (result.Kind, result.Reason));
            Assert.Contains(payload.ToString(), Text(result), StringComparison.Ordinal);
        }
    }

    private async Task<TaskResult> RunAsync(string name, string input = "", int? stderrBytes = null, Limits? limits = null, CancellationToken? cancel = null) =>
        await _sandbox.RunAsync(new Payload.Kernel(name, 1), Fixture.Seed, Encoding.ASCII.GetBytes(input),
            (limits ?? Limits) with { StderrBytes = stderrBytes ?? Limits.StderrBytes }, cancel ?? TestContext.Current.CancellationToken);

    private static (bool Succeeded, string Output) Shown(TaskResult result) => (result.Succeeded, Encoding.UTF8.GetString(result.Output.Span));

    private static string Text(TaskResult result) => Encoding.UTF8.GetString(result.Stderr.Span);
}
