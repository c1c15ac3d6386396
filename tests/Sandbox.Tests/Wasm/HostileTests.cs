using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>Each hostile module ends in a typed result that names the limit, and leaves the engine as it was.</summary>
public sealed class HostileTests(SandboxFixture sandbox) : IClassFixture<SandboxFixture>
{
    private static readonly Limits Limits = Fixture.Limits;

    [Fact]
    public async Task An_endless_loop_runs_out_of_fuel()
    {
        var result = await sandbox.RunAsync("endless_loop");
        EndedBy(result, TrapKind.OutOfFuel, $"Fuel = {Limits.Fuel}");
        Assert.Equal(Limits.Fuel, result.Fuel);
    }

    [Fact]
    public async Task An_endless_loop_with_much_fuel_runs_out_of_time() =>
        Stopped(await sandbox.RunAsync("endless_loop", limits: Limits with { Fuel = long.MaxValue, WallClock = TimeSpan.FromMilliseconds(100) }),
            NoResultReason.OutOfTime, "WallClock = 100 ms");

    [Fact]
    public async Task A_task_that_is_wanted_no_more_ends()
    {
        using var cancel = new CancellationTokenSource();
        var payload = new Payload.Wasm(sandbox.Blobs.Put(Fixture.Wasm("endless_loop")));
        var limits = Limits with { Fuel = long.MaxValue };
        var run = Task.Run(async () => await sandbox.Sandbox.RunAsync(payload, Fixture.Seed, default, limits, cancel.Token), TestContext.Current.CancellationToken);
        await cancel.CancelAsync();
        Stopped(await run, NoResultReason.OutOfTime, "cancelled");
    }

    [Fact]
    public async Task A_memory_bomb_gets_its_declared_maximum_and_the_memory_comes_back()
    {
        var before = await ResidentAsync();
        for (var i = 0; i < 200; i++)
            Assert.Equal((ResultKind.Exited, 16), Ended(await sandbox.RunAsync("memory_bomb")));
        // 200 runs touched 200 MB; what stays is bounded by slots times KeepResidentBytes (8 MB), and the test's own garbage.
        Assert.InRange(await ResidentAsync() - before, long.MinValue, 64L << 20);
    }

    [Fact]
    public async Task A_memory_grows_to_the_limit_and_one_that_begins_over_it_is_refused()
    {
        Assert.Equal((ResultKind.Exited, 15), Ended(await sandbox.RunAsync("memory_bomb", limits: Limits with { MemoryBytes = 15 * Fixture.PageBytes })));
        Assert.Equal((ResultKind.Exited, 1), Ended(await sandbox.RunAsync("memory_bomb", limits: Limits with { MemoryBytes = 2 * Fixture.PageBytes - 1 })));
        Stopped(await sandbox.RunAsync("memory_bomb", limits: Limits with { MemoryBytes = Fixture.PageBytes - 1 }),
            NoResultReason.MemoryLimit, $"MemoryBytes = {Fixture.PageBytes - 1}");
        Assert.Equal((ResultKind.Exited, 0), Ended(await sandbox.RunAsync("memory_declared_too_large")));
        Stopped(await sandbox.RunAsync("memory_declared_too_large", limits: Limits with { MemoryBytes = 1L << 40 }),
            NoResultReason.MemoryLimit, $"MaxMemoryBytes = {sandbox.Options.MaxMemoryBytes}");
    }

    [Fact]
    public async Task An_output_bomb_reaches_the_output_limit() =>
        Stopped(await sandbox.RunAsync("output_bomb"), NoResultReason.OutputLimit, $"OutputBytes = {Limits.OutputBytes}");

    [Fact]
    public async Task Bytes_that_the_host_copies_cost_fuel()
    {
        // 100 writes of 60,000 bytes take some thousand instructions; charged bytes end it after two.
        var result = await sandbox.RunAsync("output_bomb", limits: Limits with { Fuel = 150_000, OutputBytes = 6_000_000 });
        EndedBy(result, TrapKind.OutOfFuel, "Fuel = 150000");
    }

    [Fact]
    public async Task Deep_recursion_is_too_deep() =>
        EndedBy(await sandbox.RunAsync("deep_recursion"), TrapKind.TooDeep, "320000 bytes");

    [Theory]
    [InlineData("trap_unreachable", TrapKind.Unreachable)]
    [InlineData("trap_division_by_zero", TrapKind.IntegerDivisionByZero)]
    [InlineData("trap_integer_overflow", TrapKind.IntegerOverflow)]
    [InlineData("trap_bad_conversion", TrapKind.IntegerOverflow)]
    [InlineData("trap_nan_conversion", TrapKind.IntegerOverflow)]
    [InlineData("data_out_of_bounds", TrapKind.MemoryOutOfBounds)]
    [InlineData("trap_memory_out_of_bounds", TrapKind.MemoryOutOfBounds)]
    [InlineData("trap_table_out_of_bounds", TrapKind.TableOutOfBounds)]
    [InlineData("trap_call_to_null", TrapKind.BadSignature)]
    [InlineData("trap_bad_signature", TrapKind.BadSignature)]
    public async Task A_trap_is_a_comparable_result(string fixture, TrapKind trap)
    {
        var result = await sandbox.RunAsync(fixture);
        Assert.Equal((ResultKind.Trapped, trap), (result.Kind, result.Trap));
        Assert.Equal(result.Digest(), (await sandbox.RunAsync(fixture, seed: Hash256.Of("other"u8))).Digest());
        Assert.Equal(fixture == "trap_unreachable" ? "before" : "", Encoding.UTF8.GetString(result.Output.Span));
    }

    [Fact]
    public async Task Standard_error_keeps_its_last_bytes()
    {
        var result = await sandbox.RunAsync("stderr_tail", limits: Limits with { StderrBytes = 1500 });
        Assert.Equal((ResultKind.Exited, 7), Ended(result));
        Assert.Equal(
            "[24500 bytes of standard error were dropped before this]\n" + new string('Y', 500) + new string('Z', 1000),
            Encoding.UTF8.GetString(result.Stderr.Span));
        Assert.Equal(0, (await sandbox.RunAsync("stderr_tail", limits: Limits with { StderrBytes = 0 })).Stderr.Length);
        Assert.Equal(26_000, (await sandbox.RunAsync("stderr_tail", limits: Limits with { StderrBytes = 30_000 })).Stderr.Length);
    }

    [Theory]
    [InlineData("fuel", "", NoResultReason.None)]
    [InlineData("time", "", NoResultReason.OutOfTime)]
    [InlineData("output", "o", NoResultReason.OutputLimit)]
    public async Task What_was_said_before_a_limit_ended_the_task_is_shown_with_it_in_whole_characters(string what, string input, NoResultReason reason)
    {
        var limits = Limits with { StderrBytes = 1001, Fuel = what == "fuel" ? 1_000_000 : long.MaxValue, WallClock = TimeSpan.FromMilliseconds(what == "time" ? 100 : 30_000) };
        var result = await sandbox.RunAsync("stderr_then", input, limits);
        if (reason == NoResultReason.None)
            EndedBy(result, TrapKind.OutOfFuel, "limit");
        else
            Stopped(result, reason, "limit");
        var text = Encoding.UTF8.GetString(result.Stderr.Span);
        Assert.EndsWith("\n[2000 bytes of standard error were dropped before this]\n" + new string('é', 500), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_overflow_of_the_stack_in_linear_memory_says_so()
    {
        var result = await sandbox.RunAsync("stack_of_c");
        Assert.Equal((ResultKind.Trapped, TrapKind.MemoryOutOfBounds), (result.Kind, result.Trap));
        Assert.Contains("stack-size", Encoding.UTF8.GetString(result.Stderr.Span), StringComparison.Ordinal);
        Assert.Equal(0, (await sandbox.RunAsync("trap_memory_out_of_bounds")).Stderr.Length);
    }

    [Theory]
    [InlineData(-1, 65_536, 0, 0, 1, "Fuel")]
    [InlineData(1, -1, 0, 0, 1, "MemoryBytes")]
    [InlineData(1, 65_536, -1, 0, 1, "OutputBytes")]
    [InlineData(1, 65_536, 0, -1, 1, "StderrBytes")]
    [InlineData(1, 65_536, 0, 0, 0, "WallClock")]
    [InlineData(1, 65_536, 0, 0, 90_000_000, "WallClock")]
    public async Task Limits_without_sense_are_refused_by_name(long fuel, long memory, int output, int stderr, int milliseconds, string name) =>
        Stopped(await sandbox.RunAsync("echo", limits: new Limits(fuel, memory, output, stderr, TimeSpan.FromMilliseconds(milliseconds))),
            NoResultReason.PayloadRefused, "Limits." + name);

    [Fact]
    public async Task All_slots_work_after_the_hostile_and_threads_do_not_mix_their_tasks()
    {
        string[] hostile = ["endless_loop", "output_bomb", "deep_recursion", "trap_unreachable", "memory_bomb"];
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            if (i % 4 == 0)
            {
                var bad = await sandbox.RunAsync(hostile[i / 4 % hostile.Length], limits: Limits with { Fuel = 1_000_000 });
                Assert.NotEqual(NoResultReason.WorkerFault, bad.Reason);
            }
            else
            {
                var text = $"task {i} " + new string((char)('a' + i % 26), i * 10);
                var good = await sandbox.RunAsync("echo", text);
                Assert.Equal(text, Encoding.UTF8.GetString(good.Output.Span));
            }
        });
    }

    private static (ResultKind, int) Ended(TaskResult result) => (result.Kind, result.ExitCode);

    /// <summary>An end that workers must agree on, with a sentence about it.</summary>
    private static void EndedBy(TaskResult result, TrapKind trap, string named)
    {
        var text = Encoding.UTF8.GetString(result.Stderr.Span);
        Assert.True(result.Kind == ResultKind.Trapped && result.Trap == trap, $"{result.Kind} {result.Trap} {result.Reason}: {text}");
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.NotNull(result.Digest());
    }

    internal static void Stopped(TaskResult result, NoResultReason reason, string named)
    {
        var text = Encoding.UTF8.GetString(result.Stderr.Span);
        Assert.True(result.Kind == ResultKind.NoResult && result.Reason == reason, $"{result.Kind} {result.Reason}: {text}");
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.Equal(0, result.Output.Length);
        Assert.Null(result.Digest());
    }

    private static async Task<long> ResidentAsync()
    {
        await Task.Yield();
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
