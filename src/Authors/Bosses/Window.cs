namespace AkkaCompute.Authors.Bosses;

/// <summary>How far inputs may run ahead of the outcomes that were read: an endless input does not fill the journal.</summary>
public sealed class Window(long size)
{
    /// <summary>Enough that no worker waits for a reader who keeps up.</summary>
    public const long Tasks = 64 * 1024;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _ahead;

    /// <summary>Waits until so many tasks may go ahead.</summary>
    public async Task EnterAsync(int tasks, CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (_ahead == 0 || _ahead + tasks <= size)
                {
                    _ahead += tasks;
                    return;
                }
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiting.Task;
            }
            await wait.WaitAsync(cancel);
        }
    }

    /// <summary>Tasks that are ahead already: an earlier program handed them in.</summary>
    public void Begin(long tasks)
    {
        lock (_lock)
            _ahead += tasks;
    }

    /// <summary>One outcome was read.</summary>
    public void Release()
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            _ahead--;
            // Half a window at a time: who waits is not woken for every single outcome.
            if (_waiting is not null && _ahead <= size / 2)
                (waiting, _waiting) = (_waiting, null);
        }
        waiting?.SetResult();
    }
}
