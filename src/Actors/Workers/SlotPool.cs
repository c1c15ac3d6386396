using System.Collections.Concurrent;
using System.Diagnostics;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The slots of a node: as many threads as there are cores, that execute bundles one after the other, off the actors' threads.
/// A payload that does not stop at its time limit loses its thread: the slot goes on with a new one.
/// </summary>
public sealed class SlotPool : IDisposable
{
    /// <summary>How long a payload may overrun its wall clock limit before its thread is given up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    private readonly BlockingCollection<BundleWork> _queue = [];
    private readonly Slot[] _slots;
    private readonly Timer _watch;
    private int _held;

    /// <param name="slots">How many bundles run at once.</param>
    public SlotPool(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        _slots = [.. Enumerable.Range(0, slots).Select(number => new Slot(number, _queue))];
        _watch = new Timer(_ => Watch(), null, WatchEvery, WatchEvery);
    }

    /// <summary>How many bundles run at once.</summary>
    public int Slots => _slots.Length;

    /// <summary>Bundles that wait for a slot.</summary>
    public int Waiting => _queue.Count;

    /// <summary>Bundles that were queued and not answered yet.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Queues a bundle. Its <see cref="BundleWork.Done"/> is called on the slot's thread.</summary>
    public void Run(BundleWork work)
    {
        Interlocked.Increment(ref _held);
        _queue.Add(work);
    }

    /// <summary>The job has been sent what came of a bundle.</summary>
    public void OnAnswered() => Interlocked.Decrement(ref _held);

    /// <summary>
    /// Ends the slots and waits for what runs, which its owner has cancelled: a sandbox may be disposed of afterwards.
    /// </summary>
    public void Dispose()
    {
        using (var watched = new ManualResetEvent(false))
        {
            if (_watch.Dispose(watched))
                watched.WaitOne();
        }
        _queue.CompleteAdding();
        foreach (var slot in _slots)
            slot.Join(Grace);
    }

    private void Watch()
    {
        foreach (var slot in _slots)
        {
            if (slot.Overrun(Grace) is { } work)
                _queue.Add(work);
        }
    }

    /// <summary>One slot: its current thread, and what runs on it.</summary>
    private sealed class Slot
    {
        private readonly int _number;
        private readonly BlockingCollection<BundleWork> _queue;
        private readonly Lock _lock = new();
        private Thread _thread;
        private BundleWork? _work;
        private long _since;
        private int _generation;

        public Slot(int number, BlockingCollection<BundleWork> queue)
        {
            (_number, _queue) = (number, queue);
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

        /// <summary>Takes the bundle away from a thread that hangs: the hanging task has no result, the others go on elsewhere.</summary>
        public BundleWork? Overrun(TimeSpan grace)
        {
            lock (_lock)
            {
                if (_work is not { } work)
                    return null;
                var elapsed = Stopwatch.GetElapsedTime(_since);
                if (elapsed < work.Limits.WallClock + grace)
                    return null;
                work.Add(TaskResult.None(NoResultReason.OutOfTime,
                    $"Limits.WallClock: the payload ran for {elapsed.TotalSeconds:F1} s and did not stop at {work.Limits.WallClock.TotalSeconds:F1} s.",
                    0, elapsed));
                _work = null;
                _thread = StartThread(++_generation);
                return work;
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
            foreach (var work in _queue.GetConsumingEnumerable())
            {
                while (work.Next is { } input)
                {
                    if (!Begin(work, generation))
                        return;
                    var result = work.Execute(input);
                    if (!End(work, result, generation))
                        return;
                }
                work.Done(work);
                if (generation != Volatile.Read(ref _generation))
                    return;
            }
        }

        private bool Begin(BundleWork work, int generation)
        {
            lock (_lock)
            {
                if (generation != _generation)
                    return false;
                (_work, _since) = (work, Stopwatch.GetTimestamp());
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
}
