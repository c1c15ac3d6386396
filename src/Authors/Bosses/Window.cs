namespace AkkaCompute.Authors.Bosses;

/// <summary>How far inputs may run ahead of the outcomes that were read: an endless input does not fill the journal.</summary>
/// <param name="size">Tasks.</param>
/// <param name="isRead">Somebody reads outcomes here, and calls <see cref="Release"/> for each. False: large inputs are ahead of
/// nothing.</param>
public sealed class Window(long size, bool isRead = true)
{
    /// <summary>Enough that no worker waits for a reader who keeps up.</summary>
    public const long Tasks = 64 * 1024;

    /// <summary>
    /// Bytes of large inputs: a part of what a boss may have on a node by default, which inputs leave when they are decided.
    /// </summary>
    public const long Bytes = 64L << 20;

    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private long _ahead, _bytesAhead;
    private readonly Dictionary<long, long> _large = []; // bytes by task

    /// <summary>Somebody reads outcomes here.</summary>
    public bool IsRead => isRead;

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

    /// <summary>Waits until the large input of a task may go ahead.</summary>
    public async Task EnterLargeAsync(long task, long bytes, CancellationToken cancel)
    {
        while (isRead)
        {
            Task wait;
            lock (_lock)
            {
                if (_bytesAhead == 0 || _bytesAhead + bytes <= Bytes)
                {
                    _large.Add(task, bytes);
                    _bytesAhead += bytes;
                    return;
                }
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiting.Task;
            }
            await wait.WaitAsync(cancel);
        }
    }

    /// <summary>Ends when the large input of another task is ahead no more; null where none is.</summary>
    /// <param name="task">One that is not counted.</param>
    public Task? LargeReleased(long task)
    {
        lock (_lock)
        {
            if (_large.Count - (_large.ContainsKey(task) ? 1 : 0) == 0)
                return null;
            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    /// <summary>The outcome of a task was read.</summary>
    public void Release(long task)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            _ahead--;
            var large = _large.Remove(task, out var bytes);
            _bytesAhead -= bytes;
            // Half a window at a time: who waits is not woken for every single outcome.
            if (_waiting is not null && (large || _ahead <= size / 2))
                (waiting, _waiting) = (_waiting, null);
        }
        waiting?.SetResult();
    }
}
