using System.Collections.Immutable;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// What the roster's singleton decides. Commands gather what takes effect at the next close: the open epoch's roster
/// is frozen. <see cref="Freeze"/> begins a close, and changes nothing; <see cref="Apply"/> follows the event that comes out of it
/// once it is durable. What is gathered is not: after a crash nodes announce and Jobs enter again. For one thread.
/// </summary>
/// <param name="budgets">What cheap keys may take; <c>null</c> means <see cref="RosterBudgets.Default"/>.</param>
public sealed class RosterState(RosterBudgets? budgets = null)
{
    public const int MaxMembers = 1 << 21;

    /// <summary>Cluster nodes: each reveals and signs in each epoch, and a record with all of that has to fit into a message.</summary>
    public const int MaxNodes = 192;

    /// <summary>Draw requests that one epoch takes; more wait at their Jobs.</summary>
    public const int MaxRequestsPerEpoch = 16_384;

    /// <summary>Epochs whose deltas and draw requests are remembered: a replica that is further behind gets a snapshot.</summary>
    public const int RememberedEpochs = 64;

    /// <summary>C-nodes that rest at once.</summary>
    private const int MostResting = 65_536;

    /// <summary>Epochs that a rest lasts at the most, from when it is told.</summary>
    public const ulong LongestRest = 1UL << 17;

    private readonly Announcements _said = new(budgets ?? RosterBudgets.Default);
    private readonly RosterRoom _room = new((budgets ?? RosterBudgets.Default).Members);
    private readonly EnteredRequests _requests = new();
    private readonly ChainHeads _heads = new();
    private readonly Standings _standings = new((budgets ?? RosterBudgets.Default).BansPerEpoch);
    private readonly Queue<RosterDelta> _deltas = new();
    private readonly Dictionary<NodeId, Epoch> _resting = [];
    private ImmutableSortedDictionary<string, NodeInfo> _byAddress =
        ImmutableSortedDictionary.Create<string, NodeInfo>(StringComparer.Ordinal);
    private RosterSnapshot? _snapshot; // of the last record, but its members
    private Epoch _lastDeclared;
    private EpochClosing? _closing; // so that the hashing is not done twice

    /// <summary>The last record; null before the first.</summary>
    public EpochRecord? Record { get; private set; }

    public Epoch Epoch => Record?.Number ?? Epoch.None;

    /// <summary>The roster of the open epoch.</summary>
    public MemberSet Members { get; private set; } = MemberSet.Empty;

    /// <summary>The cluster nodes after the last record.</summary>
    public NodeSet Nodes { get; private set; } = NodeSet.Empty;

    /// <summary>The heads of all chains that the last record covers.</summary>
    public MerkleSet<ChainName, ChainHead> Heads => _heads.Durable;

    /// <summary>How far the last record covers a chain, with the proof: the first of a bucket hashes all of it.</summary>
    public ShownHead Show(ChainName chain) =>
        Heads.TryFind(chain, out var head) ? new ShownHead(Epoch, head, Heads.Prove(chain)) : new ShownHead(Epoch, null, null);

    /// <summary>
    /// The cluster nodes of the open epoch and those announced since: those that are no members of the cluster any more are to be removed.
    /// </summary>
    public IReadOnlyCollection<string> KnownNodes =>
        [.. _byAddress.Keys.Union(_said.Nodes.Select(node => node.Address), StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public int WaitingRequests => _requests.Waiting;

    private Hash256 Beacon => Record?.Beacon ?? default;

    /// <summary>
    /// A cluster node says all of its sessions. It replaces what the node said before; said again, it changes nothing.
    /// Where there is no room for all, the trusted have it first, then those in the roster, then the others by lot:
    /// <see cref="RosterReply.LeftOut"/>. A NodeId that two nodes announce is at the one that said it last; if that one withdraws it, at
    /// the other. A node whose key another address had has moved. A node without sessions is as one that left.
    /// </summary>
    public RosterReply Announce(NodeInfo node, IReadOnlyList<Member> sessions)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(sessions);
        if (sessions.Count == 0)
            return Remove(node.Address);
        var others = _byAddress.Values.Concat(_said.Nodes).Where(other => other.Address != node.Address).ToArray();
        if (others.FirstOrDefault(other => other.Anchor == node.Anchor && other.Key != node.Key) is { } copied)
            return new RosterReply(RosterVerdict.ForeignChain, Why: $"{node.Address}: announces the chain of {copied.Address}.");
        foreach (var moved in others.Where(other => other.Key == node.Key))
            Remove(moved.Address);
        // A node is there, whoever of its c-nodes rests: if all do, they stay.
        Member[] awake = [.. sessions.Where(session => !Rests(session.Id))];
        return _said.Announce(node, awake.Length > 0 ? awake : sessions, Members, _byAddress, _standings.Judge, Beacon);
    }

    /// <summary>
    /// A c-node is in no roster before this epoch, whoever announces it; then it comes when it is announced again. Kept in memory only.
    /// Idempotent.
    /// </summary>
    public RosterReply Rest(NodeId id, Epoch until)
    {
        if (until <= Epoch || _resting.GetValueOrDefault(id) >= until)
            return new RosterReply(RosterVerdict.Unchanged);
        if (until.Number - Epoch.Number > LongestRest)
            return new RosterReply(
                RosterVerdict.BadRequest, Why: $"until: {until}, which is more than {LongestRest} epochs after {Epoch}.");
        if (_resting.Count >= MostResting)
        {
            foreach (var over in _resting.Where(rest => rest.Value <= Epoch).Select(rest => rest.Key).ToArray())
                _resting.Remove(over);
            if (_resting.Count >= MostResting)
                return new RosterReply(RosterVerdict.Unchanged); // more than any roster bears: it is told again
        }
        _resting[id] = until;
        return _said.Withdraw(id, Members, _byAddress, _standings.Judge, Beacon);
    }

    /// <summary>A cluster node left, with all of its sessions.</summary>
    public RosterReply Remove(string address) => _said.Remove(address, Members, _byAddress, _standings.Judge);

    /// <summary>
    /// A Job has bundles drawn by the next epoch's beacon. Idempotent within <see cref="RememberedEpochs"/>.
    /// </summary>
    public RosterReply Enter(DrawRequest request) => _requests.Enter(request);

    /// <summary>
    /// A chain has grown: the next record covers it, or a later one where more have grown than one takes: trusted authors are first.
    /// An older head than the known one is as one that was entered.
    /// </summary>
    public RosterReply Enter(ChainHead head) => _heads.Enter(head, IsTrusted(head.Author), Beacon);

    /// <summary>
    /// A c-node is banned from the next epoch on, for good, or from a later one where there are more than one takes: trusted c-nodes are
    /// first, then those in the roster. Idempotent.
    /// </summary>
    public RosterReply Ban(NodeId id, ReadOnlyMemory<byte> proof) =>
        _standings.Ban(id, proof, IsTrusted(id) ? 0 : Members.Find(id) is not null ? 1 : 2, Beacon);

    /// <summary>
    /// What follows from the trust of a period. Idempotent; an older period than the known one changes nothing, nor does one that is too
    /// late: the trust that a record names is that of the last period before it.
    /// </summary>
    /// <param name="periodEpochs">Epochs from one period's end to the next: <see cref="TrustRules.PeriodEpochs"/>.</param>
    public RosterReply SetStandings(Epoch period, Hash256 trustRoot, ImmutableArray<StandingChange> changes, ulong periodEpochs)
    {
        var taking = _closing is null ? Epoch.Next : Epoch.Next.Next; // what is frozen already does not take it
        return period <= Epoch && taking.Number - period.Number > periodEpochs
            ? new RosterReply(RosterVerdict.AlreadyEntered, Why: $"period: that until epoch {period} came too late for epoch {taking}.")
            : _standings.Set(period, trustRoot, changes, Epoch);
    }

    /// <summary>What there is to close an epoch for.</summary>
    public RosterWork Work
    {
        get
        {
            if (_requests.Waiting > 0 || _standings.HasChanges)
                return RosterWork.Draws;
            var (changed, gone) = _said.NodeChanges(_byAddress);
            if (changed.Length > 0 || gone.Length > 0)
                return RosterWork.Draws;
            var members = _said.Work(Members, _standings.Judge, _room);
            if (members != RosterWork.None)
                return members;
            // A new member can't be drawn yet, and nothing else may happen: epochs have to pass.
            if (Epoch != Epoch.None && Epoch.Number < _lastDeclared.Number + Member.EpochsToDraw)
                return RosterWork.Draws;
            return _heads.HasReady ? RosterWork.Heads : RosterWork.None;
        }
    }

    /// <summary>
    /// Begins the next epoch: what waits is fixed; what comes from now on is for the one after. Costs what the changes cost, not what
    /// the roster is large. Null where nothing waits.
    /// </summary>
    /// <param name="rules">The hash of this node's <see cref="TrustRules"/>.</param>
    public EpochClosing? Freeze(Hash256 rules)
    {
        if (Work == RosterWork.None)
            return null;
        var (changes, bans) = _standings.ToEnter();
        var (joined, left) = _said.Members(Members, _standings.Judge, _room, Beacon);
        joined = WithStandings(joined, left, changes);
        var (changed, gone) = _said.NodeChanges(_byAddress);
        var (entered, moved, next) = (_requests.ToEnter(), _heads.ToEnter(), _standings.Next);
        var (members, nodes, heads) = (Members.With(joined, left), Nodes.With(changed, gone), _heads.With(moved));
        var frozen = new EpochFreeze(
            Epoch.Next, Record?.Hash ?? default, rules, members.Root, nodes.Root, DrawRequest.Root(entered), heads.Root, next.TrustRoot);
        return _closing = new EpochClosing(frozen, Nodes, nodes, members, heads, record =>
            new RosterDelta(
                record, joined, left, changed, gone, entered) { Heads = moved, Standings = changes, Bans = bans, Period = next.Period });
    }

    /// <summary>The event, when it is durable, and each again after a crash.</summary>
    /// <exception cref="InvalidDataException">It does not follow on the record before, or its roots are wrong: the journal is
    /// damaged.</exception>
    public void Apply(EpochClosed closed)
    {
        var delta = closed.Delta;
        var record = delta.Record;
        if (record.Number != Epoch.Next || record.Previous != (Record?.Hash ?? default))
            throw new InvalidDataException($"{record} does not follow on {Record?.ToString() ?? "the beginning"}.");
        var known = _closing is not null && ReferenceEquals(_closing.Frozen, record.Frozen) ? _closing : null;
        _closing = null;
        var members = known?.Members ?? Members.With(delta.Joined, delta.Left);
        var nodes = known?.Nodes ?? Nodes.With(delta.NodesChanged, delta.NodesGone);
        var heads = known?.Heads ?? _heads.With(delta.Heads);
        if (members.Root != record.RosterRoot || nodes.Root != record.NodesRoot || heads.Root != record.HeadsRoot
            || DrawRequest.Root(delta.Entered) != record.TasksRoot)
        {
            throw new InvalidDataException($"{record}: its roots are not those of its changes.");
        }

        _snapshot = new RosterSnapshot(record, [], [.. Nodes], delta.NodesChanged, delta.NodesGone);
        foreach (var id in delta.Left)
            _room.Count(Members.Find(id), null);
        foreach (var member in delta.Joined)
            _room.Count(Members.Find(member.Id), member);
        (Record, Members, Nodes) = (record, members, Nodes.After(record, nodes));
        _byAddress = ByAddress(Nodes);
        foreach (var member in delta.Joined)
            Declared(member);
        _requests.Apply(record.Number, delta.Entered);
        _heads.Apply(heads, delta.Heads);
        _standings.Apply(delta.Period, record.TrustRoot, delta.Standings, delta.Bans);
        var changed = delta.Joined.Select(member => member.Id).Concat(delta.Standings.Select(change => change.NodeId));
        _said.Settle(Members, _byAddress, _standings.Judge, changed);
        _deltas.Enqueue(delta);
        if (_deltas.Count > RememberedEpochs)
            _deltas.Dequeue();
    }

    /// <summary>
    /// What a replica at this epoch misses, in order; null where it is too far behind or ahead, and needs a <see cref="Snapshot"/>.
    /// </summary>
    public IReadOnlyList<RosterDelta>? DeltasSince(Epoch epoch)
    {
        if (epoch == Epoch)
            return [];
        return _deltas.Any(delta => delta.FromEpoch == epoch) ? [.. _deltas.Where(delta => delta.FromEpoch >= epoch)] : null;
    }

    /// <summary>The whole roster; null before the first epoch.</summary>
    public RosterSnapshot? Snapshot() => _snapshot is null ? null : _snapshot with { Members = Members.ToArray() };

    /// <summary>What the singleton itself has to keep to start again without its whole journal; null before the first epoch.</summary>
    public RosterMemory? Remember() => Snapshot() is { } snapshot
        ? new RosterMemory(snapshot, [.. _requests.Epochs], _heads.Durable.ToArray(), _standings.ToArray(), _standings.Period)
        : null;

    /// <summary>A state that goes on from what was remembered.</summary>
    /// <exception cref="InvalidDataException">Members, nodes or heads are not those of the record's roots.</exception>
    public static RosterState Restore(RosterMemory memory, RosterBudgets? budgets = null)
    {
        var snapshot = memory.Snapshot;
        var record = snapshot.Record;
        var before = NodeSet.Of(snapshot.NodesBefore);
        var frozen = before.With(snapshot.NodesChanged, snapshot.NodesGone);
        var state = new RosterState(budgets)
        {
            Record = record, Members = MemberSet.Empty.With(snapshot.Members, []), Nodes = before.After(record, frozen),
        };
        state._heads.Apply(state._heads.With(memory.Heads), []);
        if (state.Members.Root != record.RosterRoot || frozen.Root != record.NodesRoot || state.Heads.Root != record.HeadsRoot)
            throw new InvalidDataException($"{record}: its roots are not those of the members, nodes and heads kept with it.");
        state._snapshot = snapshot with { Members = [] };
        state._byAddress = ByAddress(state.Nodes);
        foreach (var member in snapshot.Members)
        {
            state._room.Count(null, member);
            state.Declared(member);
        }
        foreach (var drawn in memory.Requests)
            state._requests.Apply(drawn.Epoch, drawn.Requests);
        state._standings.Apply(memory.Period, record.TrustRoot, memory.Standings, []);
        return state;
    }

    /// <summary>Those in the roster whose standing alone changes are in the delta too.</summary>
    private ImmutableArray<Member> WithStandings(
        ImmutableArray<Member> joined, ImmutableArray<NodeId> left, ImmutableArray<StandingChange> changes)
    {
        if (changes.Length == 0)
            return joined;
        var touched = joined.Select(member => member.Id).Concat(left).ToHashSet();
        var judged = changes.Where(change => !touched.Contains(change.NodeId))
            .Select(change => Members.Find(change.NodeId)).OfType<Member>()
            .Select(member => (Before: member, Now: _standings.Judge(member)))
            .Where(change => change.Before != change.Now);
        return [.. joined.Concat(judged.Select(change => change.Now)).OrderBy(member => member.Id)];
    }

    /// <summary>Whether a c-node is the cluster's, first, or trusted: such a standing costs more than a proof of work.</summary>
    private bool IsTrusted(NodeId id) => _standings.IsTrusted(id) || Nodes.Find(id) is not null
        || (!_standings.IsBanned(id) && (Members.Find(id) ?? _said.Find(id)) is { Standing: Standing.First });

    private bool Rests(NodeId id) => _resting.TryGetValue(id, out var until) && until > Epoch.Next;

    private static ImmutableSortedDictionary<string, NodeInfo> ByAddress(NodeSet nodes) =>
        nodes.Present.ToImmutableSortedDictionary(node => node.Address, node => node, StringComparer.Ordinal);

    private void Declared(Member member)
    {
        // A declaration after this epoch is no reason to hurry: it may be a lie.
        if (member.Declared <= Epoch && member.Declared > _lastDeclared)
            _lastDeclared = member.Declared;
    }
}
