using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Actors.Observability;

/// <summary>
/// What this node sees of the network, for people who watch. The last events are kept in a ring of fixed size, and all readers share it:
/// one that is too slow misses some, and costs nothing. While nobody watches nothing is kept, and only totals are counted. Safe from
/// several threads.
/// </summary>
public sealed class NetworkTap(TimeProvider time)
{
    /// <summary>Events that are kept.</summary>
    public const int Kept = 4_096;

    /// <summary>The most events of one answer.</summary>
    public const int MostAtOnce = 512;

    /// <summary>
    /// About how many bundles a second are shown: more than that nobody can see. Each is shown from its draw to its decision, or not at
    /// all.
    /// </summary>
    public const int BundlesPerSecond = 200;

    /// <summary>How long after the last question somebody is taken to watch.</summary>
    public static readonly TimeSpan WatchTime = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly NetworkEvent?[] _kept = new NetworkEvent?[Kept];
    private TaskCompletionSource? _news; // where somebody waits
    private NetworkTotals _totals;
    private long _next; // the number of the next event
    private long _watchedAt, _secondAt;
    private bool _watched;
    private int _lentNow;
    private uint _share = uint.MaxValue; // of all bundles, those that are shown

    /// <summary>Whether somebody has asked within <see cref="WatchTime"/>.</summary>
    public bool IsWatched => Volatile.Read(ref _watched) && time.GetElapsedTime(Volatile.Read(ref _watchedAt)) < WatchTime;

    /// <summary>Somebody watches. The number is the next event's: whoever asks from there on misses nothing.</summary>
    public (NetworkTotals Totals, long Next) Watch()
    {
        Volatile.Write(ref _watchedAt, time.GetTimestamp());
        Volatile.Write(ref _watched, true);
        lock (_lock)
            return (_totals, _next);
    }

    /// <summary>The events from a number on.</summary>
    /// <param name="from">Larger than any number so far: the node has started again, and the answer begins with its first event that is
    /// kept.</param>
    /// <returns>At most <see cref="MostAtOnce"/>; where they begin, and so how many were missed; and where to go on.</returns>
    public (IReadOnlyList<NetworkEvent> Events, long First, long Next, NetworkTotals Totals) Read(long from)
    {
        Watch();
        lock (_lock)
        {
            var first = from > _next || from < _next - Kept ? Math.Max(0, _next - Kept) : from;
            var count = (int)Math.Min(MostAtOnce, _next - first);
            var events = new NetworkEvent[count];
            for (var i = 0; i < count; i++)
                events[i] = _kept[(first + i) % Kept]!;
            return (events, first, first + count, _totals);
        }
    }

    /// <summary>
    /// Completes when there is an event with this number, or a later one; at once where numbers have not come so far (<see cref="Read"/>).
    /// </summary>
    public Task WaitAsync(long from)
    {
        lock (_lock)
            return _next == from
                ? (_news ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
    }

    internal void OnEpochs(int count, EpochRoster roster, Hash256 rosterRoot)
    {
        lock (_lock)
        {
            _totals = _totals with { Epochs = _totals.Epochs + count };
            if (IsWatched)
                Keep(new NetworkEvent.Ticked(roster, rosterRoot));
        }
    }

    internal void OnLent(IReadOnlyList<(string Node, JobProtocol.Assign Assign)> leases)
    {
        if (leases.Count == 0)
            return;
        lock (_lock)
        {
            _totals = _totals with { Lent = _totals.Lent + leases.Count };
            if (!IsWatched)
                return;
            Ration(leases.Count);
            foreach (var (_, assign) in leases)
            {
                if (Shows(assign.Bundle))
                    Keep(new NetworkEvent.Lent(assign.JobId, assign.Bundle, assign.Attempt, assign.Epoch, assign.Worker));
            }
        }
    }

    internal void OnAnswered(JobId job, long bundle, int attempt, NodeId worker, bool declined)
    {
        lock (_lock)
        {
            if (!declined)
                _totals = _totals with { Answered = _totals.Answered + 1 };
            if (IsWatched && Shows(bundle))
                Keep(new NetworkEvent.Answered(job, bundle, attempt, worker, declined));
        }
    }

    internal void OnDecided(JobProtocol.Decided decided)
    {
        long tasks = 0, executions = 0, lies = 0;
        foreach (var decision in decided.Decisions)
        {
            tasks += decision.Outcomes.Count;
            executions += (long)decision.Outcomes.Count * decision.Verdicts.Count;
            foreach (var verdict in decision.Verdicts)
                lies += verdict.Rejected;
        }
        lock (_lock)
        {
            _totals = _totals with
            {
                Bundles = _totals.Bundles + decided.Decisions.Count,
                Tasks = _totals.Tasks + tasks,
                Executions = _totals.Executions + executions,
                Lies = _totals.Lies + lies,
            };
            if (!IsWatched)
                return;
            foreach (var decision in decided.Decisions)
            {
                // A lie that is caught is shown in any case: it is what people look for.
                if (Shows(decision.Bundle) || decision.Verdicts.Any(verdict => verdict.Rejected > 0))
                    Keep(Shown(decided.JobId, decision));
            }
        }
    }

    private static NetworkEvent.Decided Shown(JobId job, Decision decision) => new(
        job, decision.Bundle, decision.Outcomes.Count,
        [.. decision.Verdicts.Where(verdict => verdict.Accepted > 0 && verdict.Rejected == 0).Select(verdict => verdict.Worker)],
        [.. decision.Verdicts.Where(verdict => verdict.Rejected > 0).Select(verdict => verdict.Worker)]);

    private void Keep(NetworkEvent happened)
    {
        _kept[_next++ % Kept] = happened;
        _news?.SetResult();
        _news = null;
    }

    /// <summary>How many of the bundles of the next second are shown, by those of the last.</summary>
    private void Ration(int more)
    {
        _lentNow += more;
        var elapsed = time.GetElapsedTime(_secondAt);
        if (elapsed < Second && _lentNow < 4 * BundlesPerSecond)
            return;
        var rate = _lentNow / Math.Max(0.001, elapsed.TotalSeconds);
        _share = rate <= BundlesPerSecond ? uint.MaxValue : (uint)(uint.MaxValue * (BundlesPerSecond / rate));
        (_lentNow, _secondAt) = (0, time.GetTimestamp());
    }

    /// <summary>
    /// By the bundle's number, well mixed (Knuth, The Art of Computer Programming, 6.4): the same answer for all that happens to it.
    /// </summary>
    private bool Shows(long bundle) => unchecked((uint)bundle * 2_654_435_761U) <= _share;
}
