using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Selection;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// The c-nodes of one epoch, frozen, in the order of the positions that its beacon gave them. Never changes, and is
/// shared by all threads. Making it costs a hash and a sort a member: 0.5 s for a million; kept are 50 bytes a member
/// besides the members themselves.
/// </summary>
public sealed class EpochRoster
{
    private readonly Hash256[] _positions;
    private readonly CapabilitySet[] _sets;   // few, though members are many
    private readonly int[] _setOf;            // row → which of them
    private readonly PositionIndex _all;
    private readonly ConcurrentDictionary<string, Lazy<PositionIndex>> _byCapability = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<int>> _trustedBy = new(StringComparer.Ordinal);
    private readonly PositionIndex _none;

    /// <param name="members">In any order, each NodeId once.</param>
    /// <param name="nodes">The cluster nodes that hold them.</param>
    /// <param name="record">The hash of the epoch's record.</param>
    /// <param name="counts">Whether the epoch is not degraded.</param>
    /// <exception cref="ArgumentException">A NodeId is there twice.</exception>
    public EpochRoster(
        Epoch epoch, Hash256 beacon, IReadOnlyList<Member> members, IEnumerable<NodeInfo> nodes, Hash256 record = default, bool counts = true)
    {
        ArgumentNullException.ThrowIfNull(members);
        Epoch = epoch;
        Beacon = beacon;
        Record = record;
        Counts = counts;
        SlotsByNode = nodes.ToImmutableDictionary(node => node.Address, node => node.Slots, StringComparer.Ordinal);
        TotalSlots = SlotsByNode.Values.Sum();

        var unsorted = Draw.Positions(beacon, members);
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
        _none = new PositionIndex(_positions, []);
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

    /// <summary>How many tasks each cluster node runs at once, by address.</summary>
    public ImmutableDictionary<string, int> SlotsByNode { get; }

    /// <summary>How many tasks the whole cluster runs at once: a bound for what is worth handing out.</summary>
    public int TotalSlots { get; }

    /// <summary>The member with this id, or null. No dictionary: its position is computed and looked up, under 1 µs.</summary>
    public Member? Find(NodeId id) => RowOf(id) is >= 0 and var row ? Members[row] : null;

    /// <summary>How many members announce the capability, not counting one.</summary>
    public int CountEligible(string capability, NodeId? excluding = null)
    {
        var count = IndexOf(capability).Count;
        return excluding is { } id && Find(id)?.Capabilities.Contains(capability) == true ? count - 1 : count;
    }

    /// <summary>How many trusted and first c-nodes there are that can be drawn.</summary>
    public int TotalTrusted { get; }

    /// <summary>How many of them announce the capability, not counting one.</summary>
    public int CountTrusted(string capability, NodeId? excluding = null)
    {
        if (!_sets.Any(set => set.Contains(capability)))
            return 0;
        var count = _trustedBy.GetOrAdd(capability, name => new Lazy<int>(() => CountTrustedIn(name))).Value;
        return excluding is { } id && Find(id) is { } member && IsTrusted(member) && member.Capabilities.Contains(capability)
            ? count - 1
            : count;
    }

    internal int CachedIndexes => _byCapability.Count;

    internal int RowOf(NodeId id) => _all.Find(Draw.Position(Beacon, id));

    /// <summary>The index of those that announce a capability, made when first asked for and kept with the roster.</summary>
    internal PositionIndex IndexOf(string capability)
    {
        if (_byCapability.TryGetValue(capability, out var known))
            return known.Value;
        // What nobody announces is not kept: anybody may ask for any name.
        return _sets.Any(set => set.Contains(capability))
            ? _byCapability.GetOrAdd(capability, name => new Lazy<PositionIndex>(() => MakeIndex(name))).Value
            : _none;
    }

    private bool IsTrusted(Member member) => member.Standing is Standing.Trusted or Standing.First && member.CanBeDrawn(Epoch);

    private int CountTrustedIn(string capability)
    {
        var wanted = Array.ConvertAll(_sets, set => set.Contains(capability));
        var count = 0;
        for (var row = 0; row < _setOf.Length; row++)
        {
            if (wanted[_setOf[row]] && IsTrusted(Members[row]))
                count++;
        }
        return count;
    }

    private PositionIndex MakeIndex(string capability)
    {
        var wanted = Array.ConvertAll(_sets, set => set.Contains(capability));
        if (!wanted.Contains(false))
            return _all;
        var rows = new List<int>();
        for (var row = 0; row < _setOf.Length; row++)
        {
            if (wanted[_setOf[row]])
                rows.Add(row);
        }
        return new PositionIndex(_positions, [.. rows]);
    }

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
