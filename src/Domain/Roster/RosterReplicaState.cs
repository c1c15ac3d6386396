using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// The roster as a cluster node follows it: parts may be lost, doubled and out of order, what is applied is whole
/// epochs, each checked against its record's root. For one thread; the rosters that it gives out are for all.
/// </summary>
public sealed class RosterReplicaState
{
    /// <summary>
    /// Epochs that are kept for look-ups: as many as the singleton remembers draw requests of, so that whoever is told that
    /// something was drawn by an earlier epoch finds the roster of it.
    /// </summary>
    public const int KeptEpochs = RosterState.RememberedEpochs;

    /// <summary>The latest of them, whose positions are kept too, once computed.</summary>
    public const int BuiltEpochs = 8;

    /// <summary>Parts of so many epochs ahead are kept until those before them are there.</summary>
    public const int Ahead = 8;

    private readonly SortedDictionary<ulong, RosterAssembly> _deltas = [];
    private readonly List<Kept> _kept = []; // oldest first
    private readonly Dictionary<DrawRequest, Epoch> _drawn = [];
    private RosterAssembly? _snapshot;
    private MemberSet _members = MemberSet.Empty;
    private NodeSet _frozen = NodeSet.Empty; // for the last record
    private Lazy<EpochRoster> _current = new(EpochRoster.Empty);

    private sealed record Kept(EpochRecord Record, Func<EpochRoster> Make, Lazy<EpochRoster> Roster, ImmutableArray<DrawRequest> Entered);

    /// <summary>The last record applied; null before the first.</summary>
    public EpochRecord? Record { get; private set; }

    public Epoch Epoch => Record?.Number ?? Epoch.None;

    /// <summary>A member after the last record, or null.</summary>
    public Member? Find(NodeId id) => _members.Find(id);

    /// <summary>The cluster nodes after the last record.</summary>
    public NodeSet Nodes { get; private set; } = NodeSet.Empty;

    /// <summary>The last record with the cluster nodes that it froze; null before the first.</summary>
    public ShownRecord? Shown => Record is { } record ? new ShownRecord(record, _frozen) : null;

    /// <summary>The Merkle root of the members: the record's.</summary>
    public Hash256 Root => _members.Root;

    /// <summary>
    /// The roster in force; after a divergence the last one, until there is another. The first look at an epoch's roster computes its
    /// positions (0.05 s for 100,000 members).
    /// </summary>
    public EpochRoster Current => _current.Value;

    /// <summary>
    /// The epoch that drew this bundle at this attempt, whatever it was requested with, or null where none of those kept here did. If
    /// there are two, the first one counts.
    /// </summary>
    public Epoch? DrawnIn(JobId job, long bundle, int attempt)
    {
        foreach (var kept in _kept)
        {
            if (kept.Entered.Any(request => request.Job == job && request.Attempt == attempt && request.Covers(bundle)))
                return kept.Record.Number;
        }
        return null;
    }

    /// <summary>The roster of one of the last <see cref="KeptEpochs"/> epochs, or null.</summary>
    public EpochRoster? At(Epoch epoch) => _kept.Find(kept => kept.Record.Number == epoch)?.Roster.Value;

    /// <summary>
    /// The epoch of those followed here that drew this, or null. To be asked when a Job enters a request: after its
    /// crash that may have been drawn already, and the singleton's answer would be an old delta.
    /// </summary>
    public Epoch? DrawnIn(DrawRequest request) => _drawn.TryGetValue(request, out var epoch) ? epoch : null;

    /// <summary>
    /// The latest epoch that the singleton is heard to be at: whether something is missing here. It finds what no later
    /// part would, a lost last part.
    /// </summary>
    public ReplicaReply Observe(Epoch latest) =>
        Reply(latest > Epoch ? ReplicaVerdict.Gap : ReplicaVerdict.Duplicate);

    /// <summary>One part that came in.</summary>
    public ReplicaReply Apply(RosterPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (part.Count is < 1 or > RosterPart.MaxCount || part.Index < 0 || part.Index >= part.Count)
            return Reply(ReplicaVerdict.Malformed, $"part {part.Index} of {part.Count}: not from 0 to below {RosterPart.MaxCount}.");
        if (part.Record.Number <= Epoch)
        {
            var other = _kept.Any(kept => kept.Record.Number == part.Record.Number && !kept.Record.Equals(part.Record));
            return other ? Diverge($"{part.Record} is another record than ours of that epoch.", []) : Reply(ReplicaVerdict.Duplicate);
        }
        return part.Snapshot ? TakeSnapshot(part) : TakeDelta(part);
    }

    private ReplicaReply TakeDelta(RosterPart part)
    {
        var number = part.Record.Number;
        if (number.Number > Epoch.Number + Ahead)
            return Reply(ReplicaVerdict.Gap);
        // Another cut of the same delta, or another delta: the later one is what the singleton now sends.
        if (!_deltas.TryGetValue(number.Number, out var assembly) || !assembly.Fits(part))
            _deltas[number.Number] = assembly = new RosterAssembly(part);
        if (!assembly.Add(part))
            return Reply(ReplicaVerdict.Duplicate);
        if (number > Epoch.Next)
            return Reply(ReplicaVerdict.Gap);
        return assembly.IsComplete ? Advance([]) : Reply(ReplicaVerdict.Waiting);
    }

    /// <summary>Applies all that is complete and next.</summary>
    private ReplicaReply Advance(List<RosterDelta> applied)
    {
        while (_deltas.TryGetValue(Epoch.Next.Number, out var next) && next.IsComplete)
        {
            var delta = next.Join();
            _deltas.Remove(delta.Record.Number.Number);
            if (delta.Record.Previous != (Record?.Hash ?? default))
                return Diverge($"{delta.Record} does not follow on {Record?.ToString() ?? "the beginning"}.", applied);
            var members = _members.With(delta.Joined, delta.Left);
            if (Enter(delta, false, members, Nodes, delta.Record.Verify(Record, Nodes)) is { } wrong)
                return Diverge($"{delta.Record}: {wrong}", applied);
            applied.Add(delta);
        }
        return new ReplicaReply(ReplicaVerdict.Applied, Epoch, applied);
    }

    private ReplicaReply TakeSnapshot(RosterPart part)
    {
        if (_snapshot is null || (!_snapshot.Fits(part) && part.Record.Number >= _snapshot.Record.Number))
            _snapshot = new RosterAssembly(part);
        if (!_snapshot.Fits(part) || !_snapshot.Add(part))
            return Reply(ReplicaVerdict.Duplicate);
        if (!_snapshot.IsComplete)
            return Reply(ReplicaVerdict.Waiting);

        var whole = _snapshot.Join();
        var nodes = _snapshot.NodesBefore.DistinctBy(node => node.Id);
        _snapshot = null;
        var before = NodeSet.Of(nodes);
        if (Enter(whole, true, MemberSet.Empty.With(whole.Joined, []), before, whole.Record.Verify(before)) is { } wrong)
            return Diverge($"snapshot of {whole.Record}: {wrong}", []);
        foreach (var number in _deltas.Keys.Where(number => number <= Epoch.Number).ToArray())
            _deltas.Remove(number);
        return Advance([]);
    }

    /// <summary>Why it can't be, or <c>null</c> where it is in force.</summary>
    /// <param name="before">The cluster nodes after the record before.</param>
    private string? Enter(RosterDelta delta, bool isSnapshot, MemberSet members, NodeSet before, RecordVerdict verdict)
    {
        var (record, entered) = (delta.Record, delta.Entered);
        var frozen = before.With(delta.NodesChanged, delta.NodesGone);
        if (verdict.Worth == RecordWorth.Wrong)
            return verdict.Why;
        if (members.Root != record.RosterRoot)
            return "another roster root.";
        if (frozen.Root != record.NodesRoot)
            return "another root of nodes.";
        if (!isSnapshot && DrawRequest.Root(entered) != record.TasksRoot)
            return "another root of tasks.";
        var nodes = before.After(record, frozen);
        (Record, _members, Nodes, _frozen) = (record, members, nodes, frozen);
        var kept = members.Later(); // of 64 epochs, in each of which most buckets are others
        EpochRoster Make() => new(record.Number, record.Beacon, kept(), nodes.Present, record.Hash, verdict.Counts);
        _current = new Lazy<EpochRoster>(Make);
        _kept.Add(new Kept(record, Make, _current, entered));
        foreach (var request in entered)
            _drawn[request] = record.Number;
        if (_kept.Count > BuiltEpochs && _kept[^(BuiltEpochs + 1)] is { Roster.IsValueCreated: true } old)
            _kept[^(BuiltEpochs + 1)] = old with { Roster = new Lazy<EpochRoster>(old.Make) };
        if (_kept.Count <= KeptEpochs)
            return null;
        foreach (var request in _kept[0].Entered)
            _drawn.Remove(request);
        _kept.RemoveAt(0);
        return null;
    }

    /// <summary>Back to the beginning, from where any history can be followed again.</summary>
    private ReplicaReply Diverge(string why, IReadOnlyList<RosterDelta> applied)
    {
        (Record, _members, Nodes, _frozen, _snapshot) = (null, MemberSet.Empty, NodeSet.Empty, NodeSet.Empty, null);
        _deltas.Clear();
        _kept.Clear();
        _drawn.Clear();
        return new ReplicaReply(ReplicaVerdict.Diverged, Epoch, applied, why);
    }

    private ReplicaReply Reply(ReplicaVerdict verdict, string? why = null) => new(verdict, Epoch, [], why);
}
