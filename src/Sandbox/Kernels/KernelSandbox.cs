using System.Diagnostics;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Running;

namespace AkkaCompute.Sandbox.Kernels;

/// <summary>
/// Runs the kernels of a catalog on the caller's thread. They are trusted code: output and standard error are limited,
/// the wall clock is a token that they should observe, memory and instructions are not limited.
/// </summary>
public sealed class KernelSandbox(KernelCatalog catalog, TimeProvider time) : IRunner
{
    private readonly DeadlinePool _deadlines = new(time);

    public KernelSandbox(KernelCatalog catalog) : this(catalog, TimeProvider.System) { }

    public IReadOnlyCollection<Type> Kinds { get; } = [typeof(Payload.Kernel)];

    public IReadOnlyCollection<string> Capabilities => catalog.Capabilities;

    public ValueTask<TaskResult> RunAsync(
        Payload payload, Hash256 seed, ReadOnlyMemory<byte> input, Limits limits, CancellationToken cancel)
    {
        if (payload is not Payload.Kernel(var name, var version) || catalog.Find(name, version) is not { } kernel)
            return new(TaskResult.None(NoResultReason.PayloadRefused, $"This worker has no kernel '{payload}'.", 0, TimeSpan.Zero));
        if (LimitsCheck.Explain(limits) is { } refusal)
            return new(TaskResult.None(NoResultReason.PayloadRefused, refusal, 0, TimeSpan.Zero));

        var start = Stopwatch.GetTimestamp();
        var deadline = _deadlines.Rent(limits.WallClock, cancel);
        ValueTask<ReadOnlyMemory<byte>> run;
        try
        {
            run = kernel.RunAsync(input, deadline.Token);
            if (!run.IsCompletedSuccessfully)
                return AwaitAsync(payload, run, limits, deadline, start, cancel);
            var result = Finished(run.Result, limits, start);
            _deadlines.Return(deadline);
            return new(result);
        }
#pragma warning disable CA1031 // Whatever foreign code throws becomes its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var result = Failed(payload, e, limits, deadline, start, cancel);
            _deadlines.Return(deadline);
            return new(result);
        }
    }

    private async ValueTask<TaskResult> AwaitAsync(
        Payload payload, ValueTask<ReadOnlyMemory<byte>> run, Limits limits, Deadline deadline, long start, CancellationToken cancel)
    {
        TaskResult result;
        try
        {
            result = Finished(await run, limits, start);
        }
#pragma warning disable CA1031 // Whatever foreign code throws becomes its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            result = Failed(payload, e, limits, deadline, start, cancel);
        }
        _deadlines.Return(deadline);
        return result;
    }

    private static TaskResult Finished(ReadOnlyMemory<byte> output, Limits limits, long start) =>
        output.Length <= limits.OutputBytes
            ? TaskResult.Exit(0, output, default, 0, Stopwatch.GetElapsedTime(start))
            : TaskResult.None(NoResultReason.OutputLimit,
                $"The output has {output.Length} bytes, more than the limit OutputBytes = {limits.OutputBytes}.", 0,
                Stopwatch.GetElapsedTime(start));

    private static TaskResult Failed(Payload payload, Exception e, Limits limits, Deadline deadline, long start, CancellationToken cancel)
    {
        var elapsed = Stopwatch.GetElapsedTime(start);
        if (e is OperationCanceledException && deadline.Token.IsCancellationRequested)
            return TaskResult.None(NoResultReason.OutOfTime, cancel.IsCancellationRequested
                ? $"The run of {payload} was cancelled."
                : $"{payload} ran longer than the limit WallClock = {limits.WallClock.TotalMilliseconds} ms.", 0, elapsed);
        // Exit code 0 would say that the task succeeded.
        var (code, text) = e is KernelException { ExitCode: not 0 } own ? (own.ExitCode, own.Message) : (1, $"{e.GetType()}: {e.Message}");
        return TaskResult.Exit(code, default, StderrTail.Of(Encoding.UTF8.GetBytes(text), limits.StderrBytes), 0, elapsed);
    }
}
