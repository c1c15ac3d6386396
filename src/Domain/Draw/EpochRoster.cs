using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// The c-nodes of one epoch, frozen, in the order of the positions that its beacon gave them. Never changes, and is
/// shared by all threads. Making it costs a hash and a sort a member: 0.5 s for a million; kept are 50 bytes a member
/// besides the members themselves.
/// </summary>
public sealed class EpochRoster
{
    /// <summary>Cohorts of which is kept who is in. Those of jobs are of two seasons; nobody else's may fill the memory.</summary>
    internal const int MostCohorts = 3;

    private readonly Hash256[] _positions;
    private readonly CapabilitySet[] _sets;   // few, though members are many
    private readonly int[] _setOf;            // row → which of them
    private readonly PositionIndex _all;
    private readonly ConcurrentDictionary<string, Lazy<DrawIndex>> _byCapability = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Capability, Audience Audience), Lazy<DrawIndex>> _narrowed = new();
    private readonly ConcurrentDictionary<Cohort, Lazy<int[]>> _orders = new(); // of all newcomers who can be drawn
    private readonly ConcurrentDictionary<(string Capability, Cohort Cohort), Lazy<PositionIndex>> _cohorts = new();
    private readonly DrawIndex _none;

    /// <param name="members">In any order, each NodeId once.</param>
    /// <param name="nodes">The cluster nodes that hold them.</param>
    /// <param name="record">The hash of the epoch's record.</param>
    /// <param name="counts">Whether the epoch is not degraded.</param>
    /// <exception cref="ArgumentException">A NodeId is there twice.</exception>
    public EpochRoster(
        Epoch epoch, Hash256 beacon, IReadOnlyList<Member> members, IEnumerable<NodeInfo> nodes, Hash256 record = default,
        bool counts = true)
    {
        ArgumentNullException.ThrowIfNull(members);
        Epoch = epoch;
        Beacon = beacon;
        Record = record;
        Counts = counts;
        Nodes = nodes.ToImmutableDictionary(node => node.Address, StringComparer.Ordinal);
        SlotsByNode = Nodes.ToImmutableDictionary(node => node.Key, node => node.Value.Slots, StringComparer.Ordinal);
        TotalSlots = SlotsByNode.Values.Sum();
        Speaks = Nodes.Values.Select(node => node.Speaks).DefaultIfEmpty().Min();

        var unsorted = Ring.Positions(beacon, members);
        var order = Order(unsorted);
        _positions = new Hash256[order.Length];
        var sorted = new Member[order.Length];
        _setOf = new int[order.Length];
        var sets = new Dictionary<CapabilitySet, int>();
        for (var row = 0; row < order.Length; row++)
        {
            _positions[row] = unsorted[order[row]];
            var member = sorted[row] = members[order[row]];
            if (row > 0 && _positions[row] == _positions[row - 1])
                throw new ArgumentException($"The c-node {member.Id} is there twice.", nameof(members));
            ref var set = ref CollectionsMarshal.GetValueRefOrAddDefault(sets, member.Capabilities, out var known);
            if (!known)
                set = sets.Count - 1;
            _setOf[row] = set;
        }
        Members = ImmutableCollectionsMarshal.AsImmutableArray(sorted);
        _sets = [.. sets.OrderBy(set => set.Value).Select(set => set.Key)];
        _all = new PositionIndex(_positions, null);
        var nobody = new PositionIndex(_positions, []);
        _none = new DrawIndex(nobody, nobody);
        TotalTrusted = Members.Count(IsTrusted);
    }

    /// <summary>The roster before the first epoch: nobody.</summary>
    public static EpochRoster Empty { get; } = new(Epoch.None, default, [], [], counts: false);

    public Epoch Epoch { get; }

    /// <summary>The epoch's random value.</summary>
    public Hash256 Beacon { get; }

    /// <summary>The hash of the epoch's record; zero before the first.</summary>
    public Hash256 Record { get; }

    /// <summary>What entries name that are signed in this epoch.</summary>
    public Checkpoint Checkpoint => new(Epoch, Record);

    /// <summary>Whether its draws count for reputation and as checks: it is not degraded.</summary>
    public bool Counts { get; }

    /// <summary>Sorted by position.</summary>
    public ImmutableArray<Member> Members { get; }

    /// <summary>The cluster nodes, by address.</summary>
    public ImmutableDictionary<string, NodeInfo> Nodes { get; }

    /// <summary>How many tasks each cluster node runs at once, by address.</summary>
    public ImmutableDictionary<string, int> SlotsByNode { get; }

    /// <summary>How many tasks the whole cluster runs at once: a bound for what is worth handing out.</summary>
    public int TotalSlots { get; }

    /// <summary>What all of its cluster nodes know: the least of <see cref="NodeInfo.Speaks"/>.</summary>
    public int Speaks { get; }

    /// <summary>The member with this id, or null. No dictionary: its position is computed and looked up, under 1 µs.</summary>
    public Member? Find(NodeId id) => RowOf(id) is >= 0 and var row ? Members[row] : null;

    /// <summary>How many announce the capability and can be drawn, not counting one.</summary>
    public int CountEligible(string capability, NodeId? excluding = null)
    {
        var index = IndexOf(capability);
        return index.Trusted.Count + index.Newcomers.Count - (Excludes(capability, excluding, trustedOnly: false) ? 1 : 0);
    }

    /// <summary>How many trusted and first c-nodes there are that can be drawn.</summary>
    public int TotalTrusted { get; }

    /// <summary>How many of them announce the capability, not counting one.</summary>
    public int CountTrusted(string capability, NodeId? excluding = null) =>
        IndexOf(capability).Trusted.Count - (Excludes(capability, excluding, trustedOnly: true) ? 1 : 0);

    /// <summary>How many trusted and newcomers could be drawn.</summary>
    public (int Trusted, int Newcomers) Count(Eligibility eligible)
    {
        var index = IndexOf(eligible);
        var excluded = eligible.Excluded is { } id ? Ring.Position(Beacon, id) : default(Hash256?);
        return (Count(index.Trusted), Count(index.Newcomers));

        int Count(PositionIndex some) => some.Count - (excluded is { } position && some.Find(position) >= 0 ? 1 : 0);
    }

    internal int CachedIndexes => _byCapability.Count;

    internal int CachedCohorts => _orders.Count;

    internal Hash256 PositionOf(int row) => _positions[row];

    internal int RowOf(NodeId id) => _all.Find(Ring.Position(Beacon, id));

    /// <summary>
    /// The indexes of those that announce a capability and can be drawn, made when first asked for and kept with the roster.
    /// </summary>
    internal DrawIndex IndexOf(string capability)
    {
        if (_byCapability.TryGetValue(capability, out var known))
            return known.Value;
        // What nobody announces is not kept: anybody may ask for any name.
        return _sets.Any(set => set.Contains(capability))
            ? _byCapability.GetOrAdd(capability, name => new Lazy<DrawIndex>(() => MakeIndex(name))).Value
            : _none;
    }

    /// <summary>The same for an audience.</summary>
    internal DrawIndex IndexOf(Eligibility eligible)
    {
        var index = IndexOf(eligible.Capability);
        if (eligible.Audience == Audience.Anyone)
        {
            return eligible.TrustedOnly ? index with { Newcomers = _none.Newcomers }
                : eligible.Cohort is { } cohort && !eligible.OfAnyStanding && index.Newcomers.Count > 0
                    ? index with { Newcomers = Within(cohort, eligible.Capability) }
                : index;
        }
        if (index.Trusted.Count + index.Newcomers.Count == 0)
            return index;
        // Capabilities are few here: those that nobody announces have come to their end above.
        return _narrowed.GetOrAdd((eligible.Capability, eligible.Audience), key => new Lazy<DrawIndex>(() => Narrow(index, key.Audience)))
            .Value;
    }

    /// <summary>The first of a cohort who announce a capability. Newcomers are hashed and sorted once.</summary>
    private PositionIndex Within(Cohort cohort, string capability)
    {
        if (_cohorts.TryGetValue((capability, cohort), out var known))
            return known.Value;
        int[] Order() => cohort.Order(
            Members, Enumerable.Range(0, Members.Length).Where(row => Members[row].CanBeDrawn(Epoch) && !IsTrusted(Members[row])));
        PositionIndex Make(int[] order) => Index(
            [.. order.Where(row => _sets[_setOf[row]].Contains(capability)).Take(Cohort.Size(TotalTrusted)).Order()]);
        if (_orders.Count >= MostCohorts && !_orders.ContainsKey(cohort))
            return Make(Order());
        var order = _orders.GetOrAdd(cohort, _ => new Lazy<int[]>(Order));
        return _cohorts.GetOrAdd((capability, cohort), _ => new Lazy<PositionIndex>(() => Make(order.Value))).Value;
    }

    private DrawIndex Narrow(DrawIndex index, Audience audience) => new(
        audience == Audience.Trusted ? index.Trusted : Index([.. index.Trusted.Rows.Where(row => Members[row].Standing == Standing.First)]),
        _none.Newcomers);

    private bool IsTrusted(Member member) => member.Standing is Standing.Trusted or Standing.First && member.CanBeDrawn(Epoch);

    private bool Excludes(string capability, NodeId? excluded, bool trustedOnly) =>
        excluded is { } id && Find(id) is { } member && member.Capabilities.Contains(capability)
        && (trustedOnly ? IsTrusted(member) : member.CanBeDrawn(Epoch));

    private DrawIndex MakeIndex(string capability)
    {
        var wanted = Array.ConvertAll(_sets, set => set.Contains(capability));
        var (trusted, newcomers) = (new List<int>(), new List<int>());
        for (var row = 0; row < _setOf.Length; row++)
        {
            if (wanted[_setOf[row]] && Members[row].CanBeDrawn(Epoch))
                (IsTrusted(Members[row]) ? trusted : newcomers).Add(row);
        }
        return new DrawIndex(Index(trusted), Index(newcomers));
    }

    private PositionIndex Index(List<int> rows) => rows.Count == _positions.Length ? _all : new PositionIndex(_positions, [.. rows]);

    /// <summary>The indexes in the order of the positions. By their first 64 bits, which sorts fast; ties after that.</summary>
    internal static int[] Order(Hash256[] positions)
    {
        var keys = Array.ConvertAll(positions, position => position.Prefix);
        var order = new int[positions.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(keys, order);
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && keys[to] == keys[from])
                to++;
            if (to - from > 1)
                order.AsSpan(from, to - from).Sort((x, y) => positions[x].CompareTo(positions[y]));
            from = to;
        }
        return order;
    }
}

/// <summary>Who can be drawn for a capability: those who make up the majority of a group, and the others.</summary>
internal sealed record DrawIndex(PositionIndex Trusted, PositionIndex Newcomers);
