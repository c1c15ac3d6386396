using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// What the roster's singleton decides. Commands gather what takes effect at the next close: the open epoch's roster
/// is frozen. <see cref="Close"/> proposes the one event there is, and changes nothing; <see cref="Apply"/> follows it
/// once it is durable. What is gathered is not: after a crash nodes announce and Jobs enter again. For one thread.
/// </summary>
public sealed class RosterState
{
    public const int MaxMembers = 1 << 21;
    public const int MaxNodes = 1_024;

    /// <summary>Draw requests that one epoch takes; more wait at their Jobs.</summary>
    public const int MaxRequestsPerEpoch = 16_384;

    /// <summary>Epochs whose deltas and draw requests are remembered: who is further behind gets a snapshot.</summary>
    public const int RememberedEpochs = 64;

    private readonly Announcements _said = new();
    private readonly EnteredRequests _requests = new();
    private readonly BeaconChains _chains = new();
    private readonly Queue<RosterDelta> _deltas = new();
    private ImmutableSortedDictionary<string, NodeInfo> _nodes = ImmutableSortedDictionary.Create<string, NodeInfo>(StringComparer.Ordinal);

    private (EpochRecord Record, MemberSet Members)? _proposed; // so that the hashing is not done twice

    /// <summary>The last record; null before the first.</summary>
    public EpochRecord? Record { get; private set; }

    public Epoch Epoch => Record?.Number ?? Epoch.None;

    /// <summary>The roster of the open epoch.</summary>
    public MemberSet Members { get; private set; } = MemberSet.Empty;

    /// <summary>The cluster nodes of the open epoch and those announced since: who is none of the cluster any more is to be removed.</summary>
    public IReadOnlyCollection<string> KnownNodes => [.. _nodes.Keys.Union(_said.Nodes, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public int WaitingRequests => _requests.Waiting;

    /// <summary>
    /// A cluster node says all of its sessions. It replaces what the node said before; said again, it changes nothing.
    /// A NodeId that two nodes announce is at the one that said it last; if that one withdraws it, at the other.
    /// A node without sessions is as one that left.
    /// </summary>
    public RosterReply Announce(NodeInfo node, IReadOnlyList<Member> sessions)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(sessions);
        return sessions.Count == 0 ? Remove(node.Address) : _said.Announce(node, sessions, Members, _nodes);
    }

    /// <summary>A cluster node left, with all of its sessions.</summary>
    public RosterReply Remove(string address) => _said.Remove(address, Members, _nodes);

    /// <summary>
    /// A Job has bundles drawn by the next epoch's beacon. Idempotent within <see cref="RememberedEpochs"/>.
    /// </summary>
    public RosterReply Enter(DrawRequest request) => _requests.Enter(request);

    /// <summary>The index that a chain has to reveal at the next close.</summary>
    public uint NextReveal(Hash256 anchor) => _chains.Next(anchor);

    /// <summary>Whether there is anything to close an epoch for.</summary>
    public bool HasWork
    {
        get
        {
            if (_requests.Waiting > 0)
                return true;
            var (changed, gone) = _said.NodeChanges(_nodes);
            if (changed.Length > 0 || gone.Length > 0)
                return true;
            var (joined, left) = _said.Members(Members);
            return joined.Length > 0 || left.Length > 0;
        }
    }

    /// <summary>
    /// The next epoch: what waits is taken in, then the reveal makes its beacon. Costs what the changes cost, not what
    /// the roster is large. The reply tells why there is no event: nothing waits, or the reveal is not the next link.
    /// </summary>
    public EpochClosed? Close(Reveal reveal, out RosterReply reply)
    {
        if (!_chains.Accepts(reveal))
        {
            reply = new RosterReply(RosterVerdict.BadReveal, Why: $"reveal: link {reveal.Index} is not link {NextReveal(reveal.Anchor)} of its chain.");
            return null;
        }
        var (joined, left) = _said.Members(Members);
        var (changed, gone) = _said.NodeChanges(_nodes);
        var entered = _requests.ToEnter();
        if (joined.Length + left.Length + changed.Length + gone.Length + entered.Length == 0)
        {
            reply = new RosterReply(RosterVerdict.NothingToClose);
            return null;
        }
        var members = Members.With(joined, left);
        var record = new EpochRecord(Epoch.Next, Record?.Hash ?? default, members.Root, DrawRequest.Root(entered), [reveal]);
        _proposed = (record, members);
        reply = new RosterReply(RosterVerdict.Accepted, record.Number);
        return new EpochClosed(new RosterDelta(record, joined, left, changed, gone, entered));
    }

    /// <summary>The event, when it is durable, and each again after a crash.</summary>
    /// <exception cref="InvalidDataException">It does not follow on the record before, or its roots are wrong: the journal is damaged.</exception>
    public void Apply(EpochClosed closed)
    {
        var delta = closed.Delta;
        var record = delta.Record;
        if (record.Number != Epoch.Next || record.Previous != (Record?.Hash ?? default))
            throw new InvalidDataException($"{record} does not follow on {Record?.ToString() ?? "the beginning"}.");
        var members = _proposed is { } proposed && ReferenceEquals(proposed.Record, record)
            ? proposed.Members
            : Members.With(delta.Joined, delta.Left);
        _proposed = null;
        if (members.Root != record.RosterRoot || DrawRequest.Root(delta.Entered) != record.TasksRoot)
            throw new InvalidDataException($"{record}: its roots are not those of its changes.");

        (Record, Members) = (record, members);
        _nodes = _nodes.RemoveRange(delta.NodesGone).SetItems(delta.NodesChanged.Select(node => KeyValuePair.Create(node.Address, node)));
        foreach (var reveal in record.Reveals)
            _chains.Use(reveal);
        _requests.Apply(record.Number, delta.Entered);
        _said.Settle(Members, _nodes);
        _deltas.Enqueue(delta);
        if (_deltas.Count > RememberedEpochs)
            _deltas.Dequeue();
    }

    /// <summary>What a replica at this epoch misses, in order; null where it is too far behind or ahead, and needs a <see cref="Snapshot"/>.</summary>
    public IReadOnlyList<RosterDelta>? DeltasSince(Epoch epoch)
    {
        if (epoch == Epoch)
            return [];
        return _deltas.Any(delta => delta.FromEpoch == epoch) ? [.. _deltas.Where(delta => delta.FromEpoch >= epoch)] : null;
    }

    /// <summary>The whole roster; null before the first epoch.</summary>
    public RosterSnapshot? Snapshot() => Record is null ? null : new RosterSnapshot(Record, Members.ToArray(), [.. _nodes.Values]);

    /// <summary>What the singleton itself has to keep to start again without its whole journal; null before the first epoch.</summary>
    public RosterMemory? Remember() => Snapshot() is { } snapshot
        ? new RosterMemory(snapshot, [.. _chains.Last], [.. _requests.Epochs])
        : null;

    /// <summary>A state that goes on from what was remembered.</summary>
    /// <exception cref="InvalidDataException">The members are not those of the record's root.</exception>
    public static RosterState Restore(RosterMemory memory)
    {
        var (record, members, nodes) = memory.Snapshot;
        var state = new RosterState { Record = record, Members = MemberSet.Empty.With(members, []) };
        if (state.Members.Root != record.RosterRoot)
            throw new InvalidDataException($"{record}: its roster root is not that of the {members.Length} members kept with it.");
        state._nodes = state._nodes.SetItems(nodes.Select(node => KeyValuePair.Create(node.Address, node)));
        foreach (var reveal in memory.Chains)
            state._chains.Use(reveal);
        foreach (var drawn in memory.Requests)
            state._requests.Apply(drawn.Epoch, drawn.Requests);
        return state;
    }
}
