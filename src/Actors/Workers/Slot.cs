using System.Diagnostics;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Workers;

/// <summary>One slot: its current thread, and what runs on it.</summary>
internal sealed class Slot
{
    private readonly int _number;
    private readonly SlotPool _pool;
    private readonly Lock _lock = new();
    private Thread _thread;
    private BundleWork? _work;
    private long _since, _taken;
    private int _generation;

    public Slot(int number, SlotPool pool)
    {
        (_number, _pool) = (number, pool);
        _thread = StartThread(0);
    }

    /// <summary>Waits for the slot's thread to end, for so long at the most.</summary>
    public void Join(TimeSpan patience)
    {
        Thread current;
        lock (_lock)
            current = _thread;
        current.Join(patience);
    }

    /// <summary>Takes the bundle away from a thread that hangs: the hanging task has no result, the others go on.</summary>
    public void Watch(TimeSpan grace)
    {
        lock (_lock)
        {
            if (_work is not { } work)
                return;
            var elapsed = Stopwatch.GetElapsedTime(_since);
            if (elapsed < work.Limits.WallClock + grace)
                return;
            work.Add(TaskResult.None(NoResultReason.OutOfTime,
                $"Limits.WallClock: the payload ran for {elapsed.TotalSeconds:F1} s and did not stop at "
                + $"{work.Limits.WallClock.TotalSeconds:F1} s.",
                0, elapsed));
            _work = null;
            _pool.Leave(work, Stopwatch.GetElapsedTime(_taken), again: true);
            _thread = StartThread(++_generation);
        }
    }

    private Thread StartThread(int generation)
    {
        var thread = new Thread(() => Loop(generation)) { IsBackground = true, Name = $"slot-{_number}.{generation}" };
        thread.Start();
        return thread;
    }

    private void Loop(int generation)
    {
        while (_pool.Take() is { } work)
        {
            var taken = Stopwatch.GetTimestamp();
            if (!work.Load())
            {
                _pool.Leave(work, Stopwatch.GetElapsedTime(taken), again: false);
                work.Steps.Unready(work);
                continue;
            }
            var turn = true;
            while (turn && work.Next is { } input)
            {
                if (!Begin(work, taken, generation))
                    return;
                var result = work.Execute(input);
                if (!End(work, result, generation))
                    return;
                turn = _pool.Waiting == 0 || Stopwatch.GetElapsedTime(taken) < SlotPool.Turn;
            }
            var again = work.Next is not null;
            _pool.Leave(work, Stopwatch.GetElapsedTime(taken), again);
            if (!again)
                work.Steps.Done(work);
            if (generation != Volatile.Read(ref _generation))
                return;
        }
    }

    private bool Begin(BundleWork work, long taken, int generation)
    {
        lock (_lock)
        {
            if (generation != _generation)
                return false;
            (_work, _since, _taken) = (work, Stopwatch.GetTimestamp(), taken);
            return true;
        }
    }

    private bool End(BundleWork work, TaskResult result, int generation)
    {
        lock (_lock)
        {
            if (generation != _generation)
                return false;
            _work = null;
            work.Add(result);
            return true;
        }
    }
}
