using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>
/// Has the results of a job under <see cref="Policy.ByChecks"/> checked: asks for the draws, reads from the beacons what is due, and brings
/// bundles that are due to the dispatch. Lives in memory only; all that it comes to is said in events, and followed when they are durable.
/// Of a job under any other policy it says nothing.
/// </summary>
public sealed class CheckFlow
{
    private readonly JobState _state;
    private readonly Dispatch _dispatch;
    private readonly Action<IReadOnlyList<long>> _draw;
    private readonly SortedSet<long> _uncovered = []; // committed, and as far as is known here no record covers it
    private readonly HashSet<long> _asleep = []; // waiting when they were loaded: nobody has asked for their draws
    private readonly SortedDictionary<Epoch, List<long>> _drawn = [];
    private readonly Dictionary<long, (Epoch Epoch, ulong Order)> _orders = []; // in a closing draw
    private readonly HashSet<long> _due = [];
    private readonly SortedSet<long> _degraded = [];
    private readonly SortedSet<long> _lost = []; // results that no chain takes
    private readonly SortedSet<long> _moved = [];

    /// <param name="draw">Has bundles drawn, at their attempts in force.</param>
    public CheckFlow(JobState state, Dispatch dispatch, Action<IReadOnlyList<long>> draw)
    {
        ArgumentNullException.ThrowIfNull(state);
        (_state, _dispatch, _draw) = (state, dispatch, draw);
        state.Checks.Moved = bundle => _moved.Add(bundle);
    }

    /// <summary>Committed results that a record is to cover, before their checks are drawn.</summary>
    public IEnumerable<CommittedResult> Uncovered =>
        _uncovered.Select(_state.Checks.Find).OfType<CheckedBundle>().Select(bundle => bundle.Result);

    private JobSpec Spec => _state.Spec!;

    private long Parts => ((Policy.ByChecks)Spec.Policy).Parts;

    /// <summary>Bundles were loaded.</summary>
    /// <returns>Those whose draws are asked for now.</returns>
    public IReadOnlyList<long> OnLoaded(IReadOnlyList<long> bundles)
    {
        ArgumentNullException.ThrowIfNull(bundles);
        if (_state.Checks.Count == 0)
            return bundles;
        var now = new List<long>();
        foreach (var bundle in bundles)
        {
            var stage = _state.Checks.Find(bundle)?.Stage;
            if (stage is CheckStage.Final or CheckStage.Due or CheckStage.Redo)
                _moved.Add(bundle);
            if (stage == CheckStage.Committed)
                _uncovered.Add(bundle);
            else if (stage == CheckStage.Waiting)
                _asleep.Add(bundle);
            else if (stage != CheckStage.Final)
                now.Add(bundle);
        }
        return now;
    }

    /// <summary>A record covers these results, as far as they are committed.</summary>
    public void OnCovered(IEnumerable<long> bundles)
    {
        long[] covered = [.. bundles.Where(bundle => _uncovered.Remove(bundle) && _state.Checks.Find(bundle) is not null)];
        if (covered.Length > 0)
            _draw(covered);
    }

    /// <summary>These results have no place in their worker's chain: the trusted do them again.</summary>
    public void OnLost(IEnumerable<long> bundles) => _lost.UnionWith(bundles);

    /// <summary>A roster is there for these: what does it say of their checks?</summary>
    public void OnDrawn(IReadOnlyList<long> bundles, EpochRoster roster)
    {
        ArgumentNullException.ThrowIfNull(bundles);
        ArgumentNullException.ThrowIfNull(roster);
        foreach (var index in bundles)
        {
            if (_state.Checks.Find(index) is not { Stage: CheckStage.Asked or CheckStage.Closing } bundle)
                continue;
            var (task, worker) = (FirstTask(index), bundle.Result.Place.Worker);
            if (!roster.Counts)
                _degraded.Add(index);
            else if (bundle.Stage == CheckStage.Closing)
                _orders[index] = (roster.Epoch, CheckDraw.Order(roster.Beacon, Spec.Id, task, worker));
            else
            {
                if (!_drawn.TryGetValue(roster.Epoch, out var same))
                    _drawn.Add(roster.Epoch, same = []);
                same.Add(index);
                if (bundle.IsForced || CheckDraw.IsDue(roster.Beacon, Spec.Id, task, worker, Parts))
                    _due.Add(index);
            }
        }
    }

    /// <summary>What is to be written next.</summary>
    public IEnumerable<IEvent> Next()
    {
        if (_dispatch.TakeCommitted() is { Count: > 0 } committed)
            yield return new Committed(Spec.Id, committed);
        if (_degraded.Count > 0)
        {
            yield return new Redrawn(Spec.Id, [.. _degraded]) { IsDegraded = true };
            _degraded.Clear();
        }
        foreach (var (epoch, bundles) in _drawn)
            yield return new ChecksDrawn(Spec.Id, epoch, [.. bundles.Order()], [.. bundles.Where(_due.Remove).Order()]);
        _drawn.Clear();
        if (_dispatch.TakeMade() is { Count: > 0 } made)
            yield return new ChecksMade(Spec.Id, made);
        foreach (var closing in NextClosing())
            yield return closing;
    }

    /// <summary>
    /// An event of <see cref="Next"/> is durable. What is redrawn is seen to by whoever redraws bundles under any policy.
    /// </summary>
    public void OnDurable(IEvent written)
    {
        switch (written)
        {
            case Committed committed:
                _dispatch.Redraw(committed.Results.Select(result => result.Bundle), _state);
                _uncovered.UnionWith(committed.Results.Select(result => result.Bundle));
                break;
            case Closing closing:
                _asleep.ExceptWith(closing.Bundles);
                _dispatch.Redraw(closing.Bundles, _state);
                _draw(closing.Bundles);
                break;
        }
    }

    /// <summary>Follows what has become of the bundles.</summary>
    /// <returns>Decisions that come of it.</returns>
    public IReadOnlyList<Decision> Advance()
    {
        if (_moved.Count == 0)
            return [];
        var decisions = new List<Decision>();
        foreach (var index in _moved.ToArray())
        {
            _moved.Remove(index);
            if (_state.Checks.Find(index) is not { } bundle || !_dispatch.Has(index))
                continue;
            var decision = bundle.Stage switch
            {
                CheckStage.Due => _dispatch.AskOne(index),
                CheckStage.Final => _dispatch.Conclude(index),
                CheckStage.Redo => Redo(index),
                _ => null,
            };
            if (decision is not null)
                decisions.Add(decision);
        }
        return decisions;
    }

    /// <summary>
    /// The trusted do it again, by the draw that there is; where none was asked for, one is: nothing has to be covered before it.
    /// </summary>
    private Decision? Redo(long index)
    {
        if (_uncovered.Remove(index) | _asleep.Remove(index))
            _draw([index]);
        _orders.Remove(index);
        return _dispatch.AskAll(index);
    }

    private IEnumerable<IEvent> NextClosing()
    {
        if (_lost.Count > 0)
        {
            long[] lost = [.. _lost.Where(_uncovered.Contains)];
            _lost.Clear();
            if (lost.Length > 0)
                yield return new Redoing(Spec.Id, lost);
        }
        if (_orders.Count > 0)
        {
            var workers = _orders.Keys.Select(_state.Checks.Find).OfType<CheckedBundle>().Select(bundle => bundle.Result.Place.Worker)
                .Distinct();
            foreach (var worker in workers.Order().ToArray())
            {
                if (NextClosed(worker) is { } drawn)
                    yield return drawn;
            }
        }
        if (_state.Status != JobStatus.Closed || _state.Checks.Count == 0 || !_state.AllCommitted)
            yield break;
        foreach (var worker in _state.Checks.Waiting())
        {
            var waiting = _state.Checks.WaitingOf(worker);
            yield return _state.Checks.CanClose(worker) ? new Closing(Spec.Id, worker, waiting) : new Redoing(Spec.Id, waiting);
        }
    }

    /// <summary>
    /// When all of a worker's closing draw is there: those with the lowest orders are due, till they weigh what is missing.
    /// </summary>
    private ChecksDrawn? NextClosed(NodeId worker)
    {
        var bundles = _state.Checks.ClosingOf(worker);
        if (bundles.Length == 0 || !Array.TrueForAll(bundles, _orders.ContainsKey))
            return null; // caught meanwhile, or not all of it is drawn
        var missing = _state.Checks.MissingOf(worker);
        var due = new List<long>();
        foreach (var bundle in bundles.OrderBy(bundle => _orders[bundle].Order).ThenBy(bundle => bundle))
        {
            if (missing <= 0)
                break;
            due.Add(bundle);
            missing -= _state.Checks.Find(bundle)!.Result.Results.Count;
        }
        var epoch = bundles.Max(bundle => _orders[bundle].Epoch);
        foreach (var bundle in bundles)
            _orders.Remove(bundle);
        return new ChecksDrawn(Spec.Id, epoch, bundles, [.. due.Order()]);
    }

    private long FirstTask(long bundle)
    {
        var page = _state.PageOfBundle(bundle);
        return page.FirstTask + page.TasksOf(bundle).Offset;
    }
}
