using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Stepping;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// Runs a task that goes from state to state, and keeps its states where verifiers find them; or runs only the steps of another's result
/// that are to be checked.
/// </summary>
/// <param name="sandbox">Runs the steps.</param>
internal sealed class SteppedTask(ISandbox sandbox, JobProtocol.Assign assign, Payload.Steps payload, TaskBlobs blobs)
{
    private Limits OfRun => StepRun.LimitsOf(assign.Limits);

    public async ValueTask<TaskResult> RunAsync(int index, CancellationToken cancel)
    {
        var input = await blobs.InputAsync(assign, index, cancel).ConfigureAwait(false);
        var task = assign.FirstTask + index;
        if (assign.Check is not { } check)
            return (await AllAsync(task, input, cancel).ConfigureAwait(false)).Result;
        var (others, why) = await FindAsync(check, input, cancel).ConfigureAwait(false);
        // A check of no steps is none: whoever asks for it wants a signature under what nobody has run.
        if (others is not null && !check.All && check.Steps.Count is > 0 and <= Policy.Steps.MaxCount)
        {
            (var borneOut, why) = await CheckAsync(others, check, task, cancel).ConfigureAwait(false);
            if (borneOut is not null)
                return borneOut;
        }
        var (result, hashes) = await AllAsync(task, input, cancel).ConfigureAwait(false);
        if (others is not null && check.All && FirstOther(others, hashes, result) is { } step)
            why = await AccusedAsync(others, check, task, step, cancel).ConfigureAwait(false);
        return why.Length == 0 ? result : Noted(why, result);
    }

    /// <summary>All steps. What the states are is on record by the trace, and they are in the store before that is signed.</summary>
    private async ValueTask<(TaskResult Result, Hash256[] Hashes)> AllAsync(
        long task, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        var run = await StepRun.AllAsync(sandbox, payload, TaskSeed.Of(assign.JobId, task), input, assign.Limits, cancel)
            .ConfigureAwait(false);
        Hash256[] hashes = [.. run.States.Select(state => Hash256.Of(state.Span))];
        if (!run.Result.Succeeded)
            return (run.Result, hashes);
        var states = StateFile.Write(run.States, hashes);
        var trace = new TraceFile(new StepTrace(hashes).Commitment, payload.Every, BlobRef.Of(states));
        return (
            await blobs.PutAsync(assign, states, run.Result, cancel).ConfigureAwait(false)
                ?? run.Result with { Listing = trace.ToListing() },
            hashes);
    }

    /// <summary>
    /// The worker's states, or why they can't be had. Nothing that it wrote is taken for true but what a hash under its root says.
    /// </summary>
    private async ValueTask<(Others? Others, string Why)> FindAsync(
        JobProtocol.StepCheck check, ReadOnlyMemory<byte> input, CancellationToken cancel)
    {
        if (TraceFile.Read(check.Trace.Span) is not { } trace || !trace.Fits(payload)
            || check.Steps.Any(step => step < 0 || step >= payload.Length))
            return (null, $"{Whose(check)} is none of this task.");
        if (await IndexAsync(trace, cancel).ConfigureAwait(false) is not { } index)
            return (null, $"the states of {Whose(check)} are not in the store.");
        var tree = index.ToTrace();
        return tree.Commitment == trace.Commitment && index.Hashes[0] == Hash256.Of(input.Span)
            ? (new Others(trace, index, tree), "")
            : (null, $"{Whose(check)} does not hold together, or does not begin with the input.");
    }

    /// <summary>The worker's own result, where all drawn steps give what it says; else why all of the task is run.</summary>
    private async ValueTask<(TaskResult? BorneOut, string Why)> CheckAsync(
        Others others, JobProtocol.StepCheck check, long task, CancellationToken cancel)
    {
        var (fuel, elapsed) = (0L, TimeSpan.Zero);
        foreach (var step in check.Steps.Distinct())
        {
            if (await StateAsync(others, step, cancel).ConfigureAwait(false) is not { } state)
                return (null, $"state {step} of {Whose(check)} is not in the store.");
            var left = OfRun with { WallClock = OfRun.WallClock - elapsed }; // of all drawn steps together
            var next = await StepRun.OneAsync(
                sandbox, payload.Of, payload.Every, TaskSeed.Of(assign.JobId, task), state, left, cancel).ConfigureAwait(false);
            (fuel, elapsed) = (fuel + next.Fuel, elapsed + next.Elapsed);
            if (next.Kind == ResultKind.NoResult)
                return (null, $"step {step} of {Whose(check)} has no result here.");
            if (FraudProof.NextOf(next) != others.Index.Hashes[(int)step + 1])
                return (null, await AccusedAsync(others, check, task, step, cancel).ConfigureAwait(false));
        }
        if (await StateAsync(others, payload.Length, cancel).ConfigureAwait(false) is not { } output)
            return (null, $"the last state of {Whose(check)} is not in the store.");
        var borneOut = TaskResult.Exit(0, output, default, fuel, elapsed) with { Listing = others.Trace.ToListing() };
        return borneOut.Digest() == check.Digest ? (borneOut, "") : (null, $"the last state of {Whose(check)} is not its output.");
    }

    /// <summary>The first step that leads from a state that both have to two; null where there is none, or it can't be told.</summary>
    /// <param name="hashes">Of the states of this worker.</param>
    private static long? FirstOther(Others others, Hash256[] hashes, TaskResult result)
    {
        for (var i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] != others.Index.Hashes[i])
                return i - 1;
        }
        // A step without a next state is another one too, unless this machine ended it.
        return hashes.Length <= others.Trace.Commitment.Steps && result.Kind != ResultKind.NoResult ? hashes.Length - 1 : null;
    }

    private async ValueTask<StateIndex?> IndexAsync(TraceFile trace, CancellationToken cancel) =>
        await blobs.PartAsync(trace.States, 0, StateFile.HeadOf(trace.Commitment.Steps), cancel).ConfigureAwait(false) is { } head
            ? StateFile.Read(head.Span, trace.Commitment.Steps)
            : null;

    /// <summary>The bytes of a state, which have the hash that the trace says; null where these are not there.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> StateAsync(Others others, long step, CancellationToken cancel)
    {
        var (offset, size) = others.Index.Find(step);
        ReadOnlyMemory<byte>? state = size == 0 ? ReadOnlyMemory<byte>.Empty
            : await blobs.PartAsync(others.Trace.States, offset, size, cancel).ConfigureAwait(false);
        return state is { } bytes && Hash256.Of(bytes.Span) == others.Index.Hashes[(int)step]
            ? bytes : (ReadOnlyMemory<byte>?)null; // a bare null would be an empty state
    }

    /// <summary>Keeps the proof that a step is wrong, and says where it is.</summary>
    private async ValueTask<string> AccusedAsync(
        Others others, JobProtocol.StepCheck check, long task, long step, CancellationToken cancel)
    {
        var wrong = $"step {step} of {Whose(check)} is wrong: ";
        if (await StateAsync(others, step, cancel).ConfigureAwait(false) is not { } state)
            return wrong + "the state before it is not in the store, so that there is no proof.";
        if (state.Length > FraudProofJson.MaxState)
            return wrong + $"its state has {state.Length} bytes, over {FraudProofJson.MaxState}, so that there is no proof.";
        var json = FraudProofJson.Write(new FraudProof(
            payload.Of, OfRun, assign.JobId, task, others.Trace.Commitment, state, others.Tree.Open(step), others.Tree.Open(step + 1))
        {
            Every = payload.Every,
        });
        var kept = await blobs.PutAsync(assign, json, TaskResult.Exit(0, default, default, 0, default), cancel).ConfigureAwait(false);
        return wrong + (kept is null ? $"the proof is blob {Hash256.Of(json.Span)}." : "there was no room for the proof.");
    }

    private static string Whose(JobProtocol.StepCheck check) => $"the trace of worker {check.Worker}";

    /// <summary>What the check came to stands before what the program said, as far as there is room.</summary>
    private static TaskResult Noted(string why, TaskResult result)
    {
        byte[] note = [.. Encoding.UTF8.GetBytes($"check: {why}"), (byte)'\n'];
        return result.Stderr.Length + note.Length > JobSpec.MaxStderr + JobSpec.MaxStderrNote ? result
            : result with { Stderr = (byte[])[.. note, .. result.Stderr.Span] };
    }

    /// <summary>What the worker that is checked says of its states.</summary>
    private sealed record Others(TraceFile Trace, StateIndex Index, StepTrace Tree);
}
