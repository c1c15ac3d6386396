using System.Collections.Concurrent;

namespace AkkaCompute.Sandbox.Kernels;

/// <summary>The token of one run: it fires when the wall clock is used up or the caller cancels.</summary>
internal sealed class Deadline(TimeProvider time)
{
    private CancellationTokenRegistration _caller;

    public CancellationTokenSource Source { get; } = new(Timeout.InfiniteTimeSpan, time);

    public CancellationToken Token => Source.Token;

    public void Link(CancellationToken caller) =>
        _caller = caller.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), Source);

    /// <summary>Waits for a callback of the caller's token that runs just now, so that it cannot hit the next run.</summary>
    public void Unlink()
    {
        _caller.Dispose();
        _caller = default;
    }
}

/// <summary>
/// Token sources that are used again, since a source with a timer for each run costs more than a short kernel.
/// </summary>
internal sealed class DeadlinePool(TimeProvider time)
{
    private readonly ConcurrentBag<Deadline> _free = [];

    public Deadline Rent(TimeSpan wallClock, CancellationToken cancel)
    {
        if (!_free.TryTake(out var deadline))
            deadline = new Deadline(time);
        deadline.Source.CancelAfter(wallClock);
        if (cancel.CanBeCanceled)
            deadline.Link(cancel);
        return deadline;
    }

    public void Return(Deadline deadline)
    {
        deadline.Unlink();
        if (deadline.Source.TryReset())
            _free.Add(deadline);
        else
            deadline.Source.Dispose();
    }
}
