using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Stepping;

/// <summary>What a replay says of an accusation.</summary>
public enum FraudVerdict
{
    /// <summary>The step gives something else than was claimed.</summary>
    Proven = 1,

    /// <summary>It gives just that: the accusation is false.</summary>
    Refuted = 2,

    /// <summary>This machine's time or memory ended the replay: nothing is known.</summary>
    Undecided = 3,
}

/// <summary>
/// The proof that a step of a committed trace is wrong. Anybody who has the program replays it, and needs nothing else. Who is accused is
/// whoever signed the root.
/// </summary>
/// <param name="Program">One run of it: a state on standard input, the next one on standard output.</param>
/// <param name="Limits">Of one run; the time is that of a step.</param>
/// <param name="Job">With the task it fixes clock and randomness of every step.</param>
/// <param name="Trace">What was committed to.</param>
/// <param name="State">The bytes before the step.</param>
/// <param name="Before">That they are in the trace.</param>
/// <param name="Claimed">What the trace has after the step.</param>
public sealed record FraudProof(
    Payload Program, Limits Limits, JobId Job, long Task, StepCommitment Trace, ReadOnlyMemory<byte> State, StepOpening Before,
    StepOpening Claimed)
{
    /// <summary>Runs of the program that one step is: 1 or more.</summary>
    public long Every { get; init; } = 1;

    /// <summary>Why it can't be one, before anything is run; null where it may be.</summary>
    public string? Check()
    {
        if (Program.Check() is { } fault)
            return $"Program: {fault}";
        if (Every < 1)
            return $"Every: {Every} runs, at least 1.";
        if (Before.Step < 0 || Claimed.Step != Before.Step + 1)
            return $"Claimed: step {Claimed.Step}, but {Before.Step + 1} comes after {Before.Step}.";
        if (Hash256.Of(State.Span) != Before.State)
            return $"State: its SHA-256 is {Hash256.Of(State.Span)}, and not {Before.State}.";
        if (!Trace.Holds(Before))
            return "Before: its path does not lead to the root.";
        return Trace.Holds(Claimed) ? null : "Claimed: its path does not lead to the root.";
    }

    /// <summary>Runs the step, and judges.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Check"/> has a flaw.</exception>
    public async ValueTask<(FraudVerdict Verdict, TaskResult Result)> ReplayAsync(ISandbox sandbox, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        if (Check() is { } flaw)
            throw new InvalidOperationException(flaw);
        var result = await StepRun.OneAsync(sandbox, Program, Every, TaskSeed.Of(Job, Task), State, Limits, cancel);
        return (Judge(result), result);
    }

    /// <summary>
    /// A step that ends with a trap or another exit code than 0 has no next state: whatever was claimed for one is wrong.
    /// </summary>
    public FraudVerdict Judge(TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Kind == ResultKind.NoResult ? FraudVerdict.Undecided
            : NextOf(result) == Claimed.State ? FraudVerdict.Refuted
            : FraudVerdict.Proven;
    }

    /// <summary>SHA-256 of the state that a run gives; null where it gives none.</summary>
    public static Hash256? NextOf(TaskResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return !result.Succeeded ? null : result.OutputBlob?.Hash ?? Hash256.Of(result.Output.Span);
    }
}
