using System.Diagnostics;
using AkkaCompute.Actors.Sight;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Actors.Workers;

/// <summary>A bundle on its way through a slot.</summary>
/// <param name="sandbox">Runs its tasks.</param>
/// <param name="assign">The lease.</param>
/// <param name="done">Called on the slot's thread when every task has a result, or when the bundle is wanted no more.</param>
/// <param name="cancel">The bundle is wanted no more.</param>
public sealed class BundleWork(
    ISandbox sandbox, JobProtocol.Assign assign, Action<BundleWork> done, CancellationToken cancel)
{
    private readonly Activity? _span = NodeTraces.Begin("bundle", assign.JobId);
    private readonly List<TaskResult> _results = new(assign.Inputs.Count);
    private readonly long _queued = Stopwatch.GetTimestamp();

    public JobProtocol.Assign Assign { get; } = assign;

    public Limits Limits => Assign.Limits;

    public Action<BundleWork> Done { get; } = done;

    /// <summary>One result for each task so far, in order.</summary>
    public IReadOnlyList<TaskResult> Results => _results;

    /// <summary>The lease ran out before the bundle was through, or it was taken back: its results are not wanted.</summary>
    public bool Abandoned => cancel.IsCancellationRequested || Stopwatch.GetElapsedTime(_queued) > Assign.LeaseTime;

    /// <summary>The index of the task to run next; null when there is none.</summary>
    public int? Next => _results.Count < Assign.Inputs.Count && !Abandoned ? _results.Count : null;

    /// <summary>Every task has a result.</summary>
    public bool Complete => _results.Count == Assign.Inputs.Count;

    public void Add(TaskResult result) => _results.Add(result);

    /// <summary>Ends the bundle's span; returns the time since it was queued.</summary>
    public TimeSpan End()
    {
        _span?.SetTag("akkacompute.bundle", Assign.Bundle).SetTag("akkacompute.attempt", Assign.Attempt)
            .SetTag("akkacompute.tasks", Assign.Inputs.Count).SetTag("akkacompute.complete", Complete).Dispose();
        return Stopwatch.GetElapsedTime(_queued);
    }

    /// <summary>Runs one task; blocks the slot's thread. A sandbox that throws is a fault of this worker, not of the payload.</summary>
    public TaskResult Execute(int index)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var seed = TaskSeed.Of(Assign.JobId, Assign.FirstTask + index);
            var run = sandbox.RunAsync(Assign.Payload, seed, Assign.Inputs[index], Limits, cancel);
            return run.IsCompletedSuccessfully ? run.Result : run.AsTask().GetAwaiter().GetResult();
        }
        catch (Exception fault)
        {
            return TaskResult.None(
                NoResultReason.WorkerFault, $"{fault.GetType().Name}: {fault.Message}", 0, Stopwatch.GetElapsedTime(started));
        }
    }
}
