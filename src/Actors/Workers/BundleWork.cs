using System.Diagnostics;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Scheduling;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>A bundle on its way through a slot.</summary>
/// <param name="sandbox">Runs its tasks.</param>
/// <param name="assign">The lease.</param>
/// <param name="blobs">Has its large inputs, and takes its large outputs.</param>
/// <param name="steps">What its owner does with it on the way.</param>
/// <param name="cancel">The bundle is wanted no more.</param>
public sealed class BundleWork(ISandbox sandbox, JobProtocol.Assign assign, TaskBlobs blobs, BundleSteps steps, CancellationToken cancel)
{
    private readonly Activity? _span = NodeTraces.Begin("bundle", assign.JobId);
    private readonly List<TaskResult> _results = new(assign.Inputs.Count);
    private readonly long _came = Stopwatch.GetTimestamp();
    private long _lent = Stopwatch.GetTimestamp();

    public JobProtocol.Assign Assign { get; } = assign;

    public Limits Limits => Assign.Limits;

    /// <summary>Whose time it uses.</summary>
    public Share Share { get; } = Share.Of(assign.Boss, assign.JobId, assign.Price);

    /// <summary>What must be ready before it begins: workers may have sandboxes of their own.</summary>
    public (ISandbox Sandbox, Payload Payload) Needs { get; } = (sandbox, assign.Payload.AsRun());

    public BundleSteps Steps { get; } = steps;

    /// <summary>One result for each task so far, in order.</summary>
    public IReadOnlyList<TaskResult> Results => _results;

    /// <summary>Why this worker can't execute it; <c>null</c> where it can, as far as is known.</summary>
    public string? Fault { get; private set; }

    /// <summary>Its payload was compiled for it: it goes on, and is compiled no second time.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>It was taken back.</summary>
    public bool IsCancelled => cancel.IsCancellationRequested;

    /// <summary>The lease ran out before the bundle was through, or it was taken back: its results are not wanted.</summary>
    public bool Abandoned => IsCancelled || Stopwatch.GetElapsedTime(Volatile.Read(ref _lent)) > Assign.LeaseTime;

    /// <summary>The index of the task to run next; null when there is none.</summary>
    public int? Next => Fault is null && _results.Count < Assign.Inputs.Count && !Abandoned ? _results.Count : null;

    /// <summary>Every task has a result.</summary>
    public bool Complete => _results.Count == Assign.Inputs.Count;

    /// <summary>How long it has waited for its payload, or a slot.</summary>
    public TimeSpan Age => Stopwatch.GetElapsedTime(_came);

    public void Add(TaskResult result) => _results.Add(result);

    /// <summary>Its payload is being compiled: its lease lasts its whole time from now on, as its job is told too.</summary>
    public void Renew()
    {
        Volatile.Write(ref _lent, Stopwatch.GetTimestamp());
        Steps.Preparing(this);
    }

    /// <summary>This worker can't execute it.</summary>
    public void Fail(string why) => Fault = why;

    /// <summary>Ends the bundle's span; returns the time since it came.</summary>
    public TimeSpan End()
    {
        _span?.SetTag("akkacompute.bundle", Assign.Bundle).SetTag("akkacompute.attempt", Assign.Attempt)
            .SetTag("akkacompute.tasks", Assign.Inputs.Count).SetTag("akkacompute.complete", Complete).Dispose();
        return Age;
    }

    /// <summary>Makes its payload ready where that is cheap; blocks the slot's thread. False: it must be compiled first.</summary>
    public bool Load()
    {
        if (IsPrepared || Fault is not null || Abandoned || sandbox.IsReady(Needs.Payload))
            return true;
        try
        {
            return sandbox.LoadAsync(Needs.Payload, cancel).AsTask().GetAwaiter().GetResult();
        }
        catch (Exception fault)
        {
            Fail(Said(fault));
            return true;
        }
    }

    /// <summary>Runs one task; blocks the slot's thread. A sandbox that throws is a fault of this worker, not of the payload.</summary>
    public TaskResult Execute(int index)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            return Wait(blobs.KeepAsync(Assign, Wait(RunAsync(index)), cancel));
        }
        catch (Exception fault)
        {
            return TaskResult.None(NoResultReason.WorkerFault, Said(fault), 0, Stopwatch.GetElapsedTime(started));
        }
    }

    private ValueTask<TaskResult> RunAsync(int index)
    {
        if (Assign.Payload is Payload.Steps steps)
            return new SteppedTask(sandbox, Assign, steps, blobs).RunAsync(index, cancel);
        var seed = TaskSeed.Of(Assign.JobId, Assign.FirstTask + index);
        return sandbox.RunAsync(Assign.Payload, seed, Wait(blobs.InputAsync(Assign, index, cancel)), Limits, cancel);
    }

    private static T Wait<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    /// <summary>A fault in words.</summary>
    public static string Said(Exception fault) => $"{fault.GetType().Name}: {fault.Message}";
}

/// <summary>What a bundle's owner does with it on its way. Each is called on some thread, and must not block it.</summary>
/// <param name="Done">Every task has a result, or the bundle is wanted no more, or can't be executed.</param>
/// <param name="Unready">A slot has found that its payload must be compiled first.</param>
/// <param name="Preparing">Its payload is being compiled, or waits for it.</param>
public sealed record BundleSteps(Action<BundleWork> Done, Action<BundleWork> Unready, Action<BundleWork> Preparing);
