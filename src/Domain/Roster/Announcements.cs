using System.Collections.Immutable;
using AkkaCompute.Domain.Identity;
using MemberSet = AkkaCompute.Domain.Roster.MerkleSet<AkkaCompute.Domain.Identity.NodeId, AkkaCompute.Domain.Roster.Member>;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// What cluster nodes said since the last close. Lives in memory only: after a crash the nodes say it again, and until
/// a node does, its members in the roster stand as it left them.
/// </summary>
internal sealed class Announcements
{
    private readonly Dictionary<string, Announcement> _byNode = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, Member?> _pending = []; // null: not there any more
    private ulong _order;
    private int _count;

    /// <param name="Sessions">Sorted by NodeId.</param>
    private sealed record Announcement(NodeInfo Node, Member[] Sessions, ulong Order);

    public IEnumerable<NodeInfo> Nodes => _byNode.Values.Select(said => said.Node);

    public RosterReply Announce(NodeInfo node, IReadOnlyList<Member> sessions, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes)
    {
        _byNode.TryGetValue(node.Address, out var before);
        if (_count - (before?.Sessions.Length ?? 0) + sessions.Count > RosterState.MaxMembers
            || (before is null && _byNode.Count >= RosterState.MaxNodes))
        {
            return new(RosterVerdict.RosterFull, Why: $"a roster holds {RosterState.MaxMembers} members on {RosterState.MaxNodes} cluster nodes.");
        }
        Member[] sorted = [.. sessions.OrderBy(member => member.Id)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].NodeAddress != node.Address)
                return new(RosterVerdict.ForeignMember, Why: $"{sorted[i].Id}: of {sorted[i].NodeAddress}, announced by {node.Address}.");
            if (i > 0 && sorted[i].Id == sorted[i - 1].Id)
                return new(RosterVerdict.DuplicateMember, Why: $"{sorted[i].Id}: announced twice by {node.Address}.");
        }
        if (before is not null && before.Node == node && before.Sessions.AsSpan().SequenceEqual(sorted))
            return new(RosterVerdict.Unchanged);

        var old = before?.Sessions ?? Carried(node.Address, roster, nodes);
        _byNode[node.Address] = new Announcement(node, sorted, ++_order);
        _count += sorted.Length - (before?.Sessions.Length ?? 0);
        _removed.Remove(node.Address);
        Compare(node.Address, old, sorted, roster);
        return new(RosterVerdict.Accepted);
    }

    public RosterReply Remove(string address, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes)
    {
        var known = _byNode.Remove(address, out var before);
        if (!known && (!nodes.ContainsKey(address) || _removed.Contains(address)))
            return new(RosterVerdict.Unchanged);
        var old = before?.Sessions ?? Carried(address, roster, nodes);
        _count -= before?.Sessions.Length ?? 0;
        if (nodes.ContainsKey(address))
            _removed.Add(address);
        Compare(address, old, [], roster);
        return new(RosterVerdict.Accepted);
    }

    /// <param name="judge">Gives a member the standing that it has.</param>
    public (ImmutableArray<Member> Joined, ImmutableArray<NodeId> Left) Members(MemberSet roster, Func<Member, Member> judge)
    {
        var joined = ImmutableArray.CreateBuilder<Member>();
        var left = ImmutableArray.CreateBuilder<NodeId>();
        foreach (var (id, member) in _pending.OrderBy(change => change.Key))
        {
            if (!Changes(id, member, roster, judge))
                continue;
            if (member is null)
                left.Add(id);
            else
                joined.Add(judge(member));
        }
        return (joined.ToImmutable(), left.ToImmutable());
    }

    /// <summary>Whether there are <see cref="Members"/>: asked with each message, so it ends with the first one.</summary>
    public bool HasMembers(MemberSet roster, Func<Member, Member> judge) => _pending.Any(change => Changes(change.Key, change.Value, roster, judge));

    public (ImmutableArray<NodeInfo> Changed, ImmutableArray<string> Gone) NodeChanges(ImmutableSortedDictionary<string, NodeInfo> nodes) =>
        ([.. _byNode.Values.Select(said => said.Node).Where(node => !node.Equals(nodes.GetValueOrDefault(node.Address)))
                .OrderBy(node => node.Address, StringComparer.Ordinal)],
            [.. _removed.Order(StringComparer.Ordinal)]);

    /// <summary>Forgets what the roster now says too.</summary>
    public void Settle(MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes, Func<Member, Member> judge)
    {
        foreach (var (id, member) in _pending)
        {
            if (!Changes(id, member, roster, judge))
                _pending.Remove(id);
        }
        if (_pending.Count == 0)
            _pending.TrimExcess(); // an emptied dictionary is walked through at the size that it had
        _removed.RemoveWhere(address => !nodes.ContainsKey(address));
    }

    private static bool Changes(NodeId id, Member? announced, MemberSet roster, Func<Member, Member> judge) =>
        !Equals(announced is null ? null : judge(announced), roster.Find(id));

    /// <summary>The difference of two sorted lists of one node.</summary>
    private void Compare(string address, Member[] old, Member[] now, MemberSet roster)
    {
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            var order = i == old.Length ? 1 : j == now.Length ? -1 : old[i].Id.CompareTo(now[j].Id);
            if (order < 0)
            {
                Withdraw(address, old[i++].Id, roster);
                continue;
            }
            // Who says nothing new about a member does not take it back from a node that announced it since.
            if (order > 0 || !old[i].Equals(now[j]))
                _pending[now[j].Id] = now[j];
            if (order == 0)
                i++;
            j++;
        }
    }

    private void Withdraw(string address, NodeId id, MemberSet roster)
    {
        var durable = roster.Find(id);
        var current = _pending.TryGetValue(id, out var pending) ? pending : durable;
        if (current is null || current.NodeAddress != address)
            return;
        _pending[id] = Newest(id) ?? (durable is not null && Stands(durable.NodeAddress, address) ? durable : null);
    }

    /// <summary>Of the announcements that have this NodeId, the newest one's.</summary>
    private Member? Newest(NodeId id)
    {
        (Member? Member, ulong Order) newest = default;
        foreach (var said in _byNode.Values)
        {
            if (said.Order > newest.Order && Find(said.Sessions, id) is { } member)
                newest = (member, said.Order);
        }
        return newest.Member;
    }

    /// <summary>Whether a node in the roster has neither spoken nor left since the start.</summary>
    private bool Stands(string address, string withdrawing) =>
        address != withdrawing && !_byNode.ContainsKey(address) && !_removed.Contains(address);

    /// <summary>What a node that has not spoken has in the roster, if it did not leave since.</summary>
    private Member[] Carried(string address, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes) =>
        nodes.ContainsKey(address) && !_removed.Contains(address) ? [.. roster.Where(member => member.NodeAddress == address)] : [];

    private static Member? Find(Member[] sorted, NodeId id)
    {
        int low = 0, high = sorted.Length - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var order = sorted[middle].Id.CompareTo(id);
            if (order == 0)
                return sorted[middle];
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }
}
