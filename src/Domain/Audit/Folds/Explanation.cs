using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>Where one c-node's reputation comes from, entry by entry.</summary>
/// <param name="nodeId">Whose.</param>
public sealed class Explanation(NodeId nodeId)
{
    /// <summary>The most entries that are kept: the latest.</summary>
    public const int MaxEntries = 100_000;

    private readonly Queue<ExplainedEntry> _entries = new();
    private readonly Queue<Movement> _movements = new();
    private readonly Queue<DrawnPlaces> _drawn = new();

    public NodeId NodeId => nodeId;

    /// <summary>The entries in the order in which they came to count.</summary>
    public IReadOnlyCollection<ExplainedEntry> Entries => _entries;

    /// <summary>Entries that were too many to be kept.</summary>
    public long Dropped { get; private set; }

    /// <summary>What came into its account and went out of it, in order; the latest <see cref="MaxEntries"/>.</summary>
    public IReadOnlyCollection<Movement> Movements => _movements;

    /// <summary>Movements that were too many to be kept.</summary>
    public long DroppedMovements { get; private set; }

    /// <summary>Places that were drawn for it as a boss.</summary>
    public long PlacesDrawn { get; private set; }

    /// <summary>Epoch by epoch, the latest <see cref="MaxEntries"/>: what its word on others is divided by.</summary>
    public IReadOnlyCollection<DrawnPlaces> Drawn => _drawn;

    /// <summary>The c-node's trust at the end of the last period, in parts of <see cref="EigenTrust.One"/>.</summary>
    public ulong Trust { get; private set; }

    /// <summary>The last epoch of that period.</summary>
    public Epoch Period { get; private set; }

    /// <summary>What each boss gave of its trust in that period, the most first.</summary>
    public IReadOnlyList<TrustGiver> Bosses { get; private set; } = [];

    /// <summary>A copy that what comes later does not change.</summary>
    internal Explanation Copy()
    {
        var copy = new Explanation(nodeId)
        {
            Dropped = Dropped, DroppedMovements = DroppedMovements, PlacesDrawn = PlacesDrawn, Trust = Trust, Period = Period,
            Bosses = Bosses,
        };
        foreach (var entry in _entries)
            copy._entries.Enqueue(entry);
        foreach (var moved in _movements)
            copy._movements.Enqueue(moved);
        foreach (var drawn in _drawn)
            copy._drawn.Enqueue(drawn);
        return copy;
    }

    internal void OnDrawn(NodeId boss, Epoch epoch, long assignments)
    {
        if (boss != nodeId)
            return;
        PlacesDrawn += assignments;
        if (_drawn.Count == MaxEntries)
            _drawn.Dequeue();
        _drawn.Enqueue(new DrawnPlaces(epoch, assignments));
    }

    internal void Vouched(Hash256 verdict, WorkEntry work)
    {
        if (work.Worker == nodeId)
            Add(new ExplainedEntry(
                verdict, work.Epoch, work.Boss, "worker", work.Satisfied > 0 ? "accepted" : "rejected", work.Draw.Rank, work.Draw.Weight));
    }

    internal void Unanswered(Hash256 expired, WorkEntry work)
    {
        if (work.Worker == nodeId)
            Add(new ExplainedEntry(expired, work.Epoch, work.Boss, "worker", "unanswered", work.Draw.Rank, work.Draw.Weight));
    }

    internal void Rewarded(Hash256 entry, NodeId worker, Reward reward)
    {
        if (reward.Boss == nodeId)
            Add(new ExplainedEntry(entry, 0, worker, "boss", reward.Verdict.ToString(), 0, 0));
    }

    internal void Computed(TrustPeriod period) =>
        (Period, Trust, Bosses) = (period.Epoch, period.Trust.Of(nodeId), [.. period.GiversOf(nodeId)]);

    internal void Moved(NodeId account, Entry entry, Epoch epoch, Int128 amount, Int128 free)
    {
        if (account != nodeId)
            return;
        if (_movements.Count == MaxEntries)
        {
            _movements.Dequeue();
            DroppedMovements++;
        }
        _movements.Enqueue(new Movement(entry.Hash, epoch, entry.Claims.Type, entry.Place.Issuer, amount, free));
    }

    private void Add(ExplainedEntry entry)
    {
        if (_entries.Count == MaxEntries)
        {
            _entries.Dequeue();
            Dropped++;
        }
        _entries.Enqueue(entry);
    }
}

/// <summary>An entry that speaks of the c-node and holds.</summary>
/// <param name="Entry">Its hash.</param>
/// <param name="Epoch">From when it counts; 0 where it does not weigh.</param>
/// <param name="By">Who said it.</param>
/// <param name="Role">In which role the c-node is judged.</param>
/// <param name="Says">What.</param>
/// <param name="Rank">The c-node's place in the group.</param>
/// <param name="Weight">Of the draw, before it decays, in parts of <see cref="DrawnPlace.One"/>; 0 for what earns nothing.</param>
public sealed record ExplainedEntry(Hash256 Entry, ulong Epoch, NodeId By, string Role, string Says, int Rank, long Weight);

/// <summary>Credits that an entry moved into an account or out of it.</summary>
/// <param name="Entry">Its hash.</param>
/// <param name="Epoch">The epoch that covers it.</param>
/// <param name="Type">issue, submit, accept or settle.</param>
/// <param name="By">Who signed it.</param>
/// <param name="Amount">Less than 0: out of the account.</param>
/// <param name="Free">What was free in it afterwards.</param>
public sealed record Movement(Hash256 Entry, Epoch Epoch, string Type, NodeId By, Int128 Amount, Int128 Free);

/// <summary>Places that an epoch drew for jobs of the c-node.</summary>
public sealed record DrawnPlaces(Epoch Epoch, long Places);
