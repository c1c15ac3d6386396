using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Stepping;

/// <summary>Runs steps of a task, one after the other, in a sandbox that knows nothing of steps.</summary>
/// <param name="Result">How the last run ended; without files.</param>
/// <param name="States">From the input on; with the output where all runs have ended with exit code 0.</param>
public sealed record StepRun(TaskResult Result, IReadOnlyList<ReadOnlyMemory<byte>> States)
{
    /// <summary>What one run may use of what a task may: all but the room for the trace. Its time is that of the whole task.</summary>
    public static Limits LimitsOf(Limits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return limits with { OutputBytes = limits.OutputBytes - Payload.Steps.TraceBytes };
    }

    /// <summary>All steps. What does not end with exit code 0 ends the task as it is.</summary>
    /// <param name="limits">Of the task.</param>
    public static async ValueTask<StepRun> AllAsync(
        ISandbox sandbox, Payload.Steps payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var (states, left) = (new List<ReadOnlyMemory<byte>> { input }, LimitsOf(limits));
        var (fuel, elapsed, bytes) = (0L, TimeSpan.Zero, (long)input.Length);
        for (var step = 0; ; step++)
        {
            var result = await OneAsync(sandbox, payload.Of, payload.Every, seed, states[^1], left, cancel).ConfigureAwait(false);
            (fuel, elapsed, bytes) = (fuel + result.Fuel, elapsed + result.Elapsed, bytes + result.Output.Length);
            left = left with { WallClock = limits.WallClock - elapsed };
            if (result.Succeeded && bytes > StateFile.MaxBytes)
                result = TaskResult.None(
                    NoResultReason.OutputLimit,
                    $"The states up to step {step + 1} have {bytes} bytes, at most {StateFile.MaxBytes}: keep a state less often.",
                    0, default);
            if (result.Succeeded)
                states.Add(result.Output);
            if (!result.Succeeded || step + 1 == payload.Length)
                return new StepRun(result with { Fuel = fuel, Elapsed = elapsed }, states);
        }
    }

    /// <summary>One step: so many runs.</summary>
    /// <param name="limits">Of a run; its time is that of all of them.</param>
    public static async ValueTask<TaskResult> OneAsync(
        ISandbox sandbox, Payload program, long every, Hash256 seed, ReadOnlyMemory<byte> state, Limits limits, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        var (fuel, elapsed) = (0L, TimeSpan.Zero);
        for (var run = 0L; ; run++)
        {
            var left = limits.WallClock - elapsed;
            if (left <= TimeSpan.Zero || cancel.IsCancellationRequested)
                return TaskResult.None(
                    NoResultReason.OutOfTime, "Limits.WallClock: the task's time was over before the last of its runs.", fuel, elapsed);
            var result = await sandbox.RunAsync(program, seed, state, limits with { WallClock = left }, cancel).ConfigureAwait(false);
            (fuel, elapsed) = (fuel + result.Fuel, elapsed + result.Elapsed);
            state = result.Output;
            if (!result.Succeeded || run + 1 == every)
                return result with { Fuel = fuel, Elapsed = elapsed, Listing = default, ListingBlob = null };
        }
    }
}
