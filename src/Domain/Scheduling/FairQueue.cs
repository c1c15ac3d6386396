using System.Diagnostics.CodeAnalysis;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Scheduling;

/// <summary>
/// Work that waits for one of a few places: shared fairly among bosses, then among each boss's jobs, then first in, first out.
/// What counts is the time used, not the pieces. Deterministic; for one thread at a time.
/// </summary>
/// <param name="places">How many pieces of work run at once.</param>
public sealed class FairQueue<T>(int places)
{
    private readonly FlowSet<NodeId, BossFlow> _bosses = new();

    /// <summary>Pieces of work that wait.</summary>
    public int Count { get; private set; }

    /// <summary>A piece of work comes.</summary>
    public void Add(Share share, T item) => Insert(share, item, first: false);

    /// <summary>A piece of work is to go on where it was: before the others of its job. To be called before <see cref="End"/>.</summary>
    public void Return(Share share, T item) => Insert(share, item, first: true);

    /// <summary>Takes the work whose turn it is; <see cref="End"/> follows when it has left its place.</summary>
    /// <param name="may">Whether a boss may have a place now. <c>null</c> means that all may.</param>
    public bool TryTake(out Share share, [MaybeNullWhen(false)] out T item, Func<NodeId, bool>? may = null)
    {
        (share, item) = (default, default);
        if (Count == 0 || _bosses.Next(places, may is null ? null : flow => may(flow.Id)) is not { } boss)
            return false;
        var job = boss.Jobs.Next(places, null)!;
        (share, item) = job.Items.First!.Value;
        job.Items.RemoveFirst();
        boss.Jobs.OnTaken(job);
        _bosses.OnTaken(boss);
        Count--;
        return true;
    }

    /// <summary>A piece of work has left its place.</summary>
    /// <param name="used">How long it had it.</param>
    public void End(Share share, TimeSpan used)
    {
        var boss = _bosses.Find(share.Boss)!;
        var ticks = Math.Max(1, used.Ticks) / share.Weight;
        boss.Jobs.OnEnded(share.Job, boss.Jobs.Find(share.Job)!, ticks);
        _bosses.OnEnded(share.Boss, boss, ticks);
    }

    private void Insert(Share share, T item, bool first)
    {
        var boss = _bosses.Of(share.Boss, order => new BossFlow { Id = share.Boss, Order = order });
        var job = boss.Jobs.Of(share.Job, order => new JobFlow { Order = order });
        _bosses.OnAdded(boss, share.Weight);
        boss.Jobs.OnAdded(job, share.Weight);
        if (first)
            job.Items.AddFirst((share, item));
        else
            job.Items.AddLast((share, item));
        Count++;
    }

    private sealed class BossFlow : Flow
    {
        public NodeId Id { get; init; }

        public FlowSet<JobId, JobFlow> Jobs { get; } = new();
    }

    private sealed class JobFlow : Flow
    {
        public LinkedList<(Share Share, T Item)> Items { get; } = new();
    }
}
