namespace AkkaCompute.Authors.Bosses;

/// <summary>Up to which task the job has answered a page. Safe from several threads.</summary>
internal sealed class Answered
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _end;

    /// <summary>All tasks below this one are durable.</summary>
    public void To(long end)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            (_end, waiting) = (Math.Max(_end, end), _next);
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waiting.TrySetResult();
    }

    /// <summary>A page was not taken: whoever waits for it hears why.</summary>
    public void Failed(Exception why)
    {
        lock (_lock)
            _next.TrySetException(why);
    }

    /// <summary>Ends when all tasks below this one are durable.</summary>
    public async Task UntilAsync(long task, CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (_end >= task)
                    return;
                wait = _next.Task;
            }
            await wait.WaitAsync(cancel);
        }
    }
}
