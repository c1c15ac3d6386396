using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Domain.Jobs;

/// <summary>How a task ended, for its boss. The numbers are on the wire and in journals.</summary>
public enum OutcomeStatus
{
    Exited = 1,
    Trapped = 2,

    /// <summary>The workers agree that there is no result within the limits.</summary>
    NoResult = 3,

    /// <summary>The policy's cap was reached and too few results were identical.</summary>
    NoAgreement = 4,
}

/// <summary>What came of one task: durable, and never changed once a boss has seen it.</summary>
/// <param name="Task">The task's index in its job.</param>
/// <param name="ExitCode">With <see cref="OutcomeStatus.Exited"/>.</param>
/// <param name="Trap">With <see cref="OutcomeStatus.Trapped"/>.</param>
/// <param name="Reason">With <see cref="OutcomeStatus.NoResult"/>.</param>
/// <param name="Output">Standard output, the bytes that were agreed on.</param>
/// <param name="Stderr">The last bytes of one worker's standard error, or a sentence on what went wrong.</param>
public sealed record Outcome(
    long Task, OutcomeStatus Status, int ExitCode, TrapKind Trap, NoResultReason Reason,
    ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> Stderr)
{
    /// <summary>Whether the payload ended with exit code 0.</summary>
    public bool Succeeded => Status == OutcomeStatus.Exited && ExitCode == 0;

    /// <summary>What those who gave it agree on, as <see cref="TaskResult.Digest"/>; null where there is no result or no agreement.</summary>
    public Hash256? Digest() => Status is OutcomeStatus.Exited or OutcomeStatus.Trapped
        ? TaskResult.DigestOf((ResultKind)Status, ExitCode, Trap, Output.Span)
        : null;

    public static Outcome Of(long task, TaskResult result) =>
        new(task, (OutcomeStatus)result.Kind, result.ExitCode, result.Trap, result.Reason, result.Output, result.Stderr);

    /// <summary>No result was given often enough within the cap.</summary>
    public static Outcome Disagreement(long task, int executions, int different, Policy policy) =>
        new(task, OutcomeStatus.NoAgreement, 0, TrapKind.None, NoResultReason.None, default,
            System.Text.Encoding.UTF8.GetBytes(
                $"{policy} wants {policy.Agreement} identical results; {executions} executions gave {different} different ones."));

    /// <summary>One line for people: why the task did not succeed.</summary>
    public string Explain() => (Status switch
    {
        OutcomeStatus.Exited => $"exit code {ExitCode}",
        OutcomeStatus.Trapped => $"trap {Trap}",
        OutcomeStatus.NoResult => $"no result: {Reason}",
        _ => "no agreement",
    }) + (Stderr.IsEmpty ? "" : ": " + System.Text.Encoding.UTF8.GetString(Stderr.Span).Trim());
}
