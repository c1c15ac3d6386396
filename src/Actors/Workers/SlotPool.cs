using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Scheduling;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The slots of a node: as many threads as there are cores, that execute bundles off the actors' threads. Whose turn it is a
/// <see cref="FairQueue{T}"/> says; here is the lock around it. A bundle leaves its slot between two tasks, when it had it for a while and
/// others wait: so a boss waits for one task of others on each slot at the most.
/// A payload that does not stop at its time limit loses its thread: the slot goes on with a new one.
/// </summary>
public sealed class SlotPool : ISlotGauges, IDisposable
{
    /// <summary>How long a payload may overrun its wall clock limit before its thread is given up.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What a bundle has of a slot before others get it, in whole tasks: long against a change, which takes some microseconds.
    /// </summary>
    internal static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(500);

    private readonly object _lock = new();
    private readonly FairQueue<BundleWork> _queue;
    private readonly Slot[] _slots;
    private readonly Timer _watch;
    private int _held, _waiting, _preparing;
    private bool _ended;

    /// <param name="slots">How many bundles run at once.</param>
    public SlotPool(int slots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        _queue = new FairQueue<BundleWork>(slots);
        _slots = [.. Enumerable.Range(0, slots).Select(number => new Slot(number, this))];
        _watch = new Timer(_ => Watch(), null, WatchEvery, WatchEvery);
    }

    /// <summary>How many bundles run at once.</summary>
    public int Slots => _slots.Length;

    /// <summary>Bundles that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Bundles that wait for their payload to be compiled.</summary>
    public int Preparing => Volatile.Read(ref _preparing);

    /// <summary>Bundles that came and were not answered yet.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>A bundle came, for a slot or to be prepared before.</summary>
    public void OnLease() => Interlocked.Increment(ref _held);

    /// <summary>The job has been sent what came of a bundle.</summary>
    public void OnAnswered() => Interlocked.Decrement(ref _held);

    public void OnPreparing(int bundles) => Volatile.Write(ref _preparing, bundles);

    /// <summary>Queues a bundle. Its <see cref="BundleSteps.Done"/> is called on the slot's thread.</summary>
    public void Run(BundleWork work)
    {
        lock (_lock)
        {
            _queue.Add(work.Share, work);
            OnQueue();
        }
    }

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
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
        foreach (var slot in _slots)
            slot.Join(Grace);
    }

    /// <summary>The bundle whose turn it is, when there is one; <c>null</c> means that the slots end, and nobody waits any more.</summary>
    internal BundleWork? Take()
    {
        lock (_lock)
        {
            while (true)
            {
                if (_queue.TryTake(out _, out var work))
                {
                    Volatile.Write(ref _waiting, _queue.Count);
                    return work;
                }
                if (_ended)
                    return null;
                Monitor.Wait(_lock);
            }
        }
    }

    /// <summary>A bundle has left its slot.</summary>
    /// <param name="used">How long it had it.</param>
    /// <param name="again">It is not through.</param>
    internal void Leave(BundleWork work, TimeSpan used, bool again)
    {
        lock (_lock)
        {
            if (again)
                _queue.Return(work.Share, work);
            _queue.End(work.Share, used);
            OnQueue();
        }
    }

    private void OnQueue()
    {
        Volatile.Write(ref _waiting, _queue.Count);
        Monitor.Pulse(_lock);
    }

    private void Watch()
    {
        foreach (var slot in _slots)
            slot.Watch(Grace);
    }
}
