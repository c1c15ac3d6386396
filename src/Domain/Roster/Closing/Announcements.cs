using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// What cluster nodes said since the last close. Lives in memory only: after a crash the nodes say it again, and until a node does, its
/// members in the roster stand as it left them. Members that are not in the roster wait for a place in it: the trusted as long as there is
/// one, newcomers so many an epoch, by lot.
/// </summary>
internal sealed class Announcements(RosterBudgets budgets)
{
    private readonly Dictionary<string, Announcement> _byNode = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, Member?> _changes = []; // of those in the roster; null: not there any more
    private readonly WaitingRoom _trusted = new(), _newcomers = new();
    private ulong _order;
    private int _count;

    /// <param name="Sessions">Sorted by NodeId.</param>
    private sealed record Announcement(NodeInfo Node, Member[] Sessions, ulong Order);

    public IEnumerable<NodeInfo> Nodes => _byNode.Values.Select(said => said.Node);

    /// <param name="beacon">Of the last record: where there is room for some only, the lot that says for whom.</param>
    public RosterReply Announce(
        NodeInfo node, IReadOnlyList<Member> sessions, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes,
        Func<Member, Member> judge, Hash256 beacon)
    {
        _byNode.TryGetValue(node.Address, out var before);
        if (before is null && _byNode.Count >= RosterState.MaxNodes)
            return new(RosterVerdict.RosterFull, Why: $"a roster holds {RosterState.MaxNodes} cluster nodes.");
        Member[] sorted = [.. sessions.OrderBy(member => member.Id)];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (sorted[i].NodeAddress != node.Address)
                return new(RosterVerdict.ForeignMember, Why: $"{sorted[i].Id}: of {sorted[i].NodeAddress}, announced by {node.Address}.");
            if (i > 0 && sorted[i].Id == sorted[i - 1].Id)
                return new(RosterVerdict.DuplicateMember, Why: $"{sorted[i].Id}: announced twice by {node.Address}.");
        }
        var room = Math.Max(RosterRoom.ShareOf(budgets.Members), budgets.Members - (_count - (before?.Sessions.Length ?? 0)));
        var leftOut = Math.Max(0, sorted.Length - room);
        if (leftOut > 0)
            sorted = FirstOf(sorted, room, roster, judge, beacon);
        if (before is not null && before.Node == node && before.Sessions.AsSpan().SequenceEqual(sorted))
            return new(RosterVerdict.Unchanged) { LeftOut = leftOut };

        var old = before?.Sessions ?? Carried(node.Address, roster, nodes);
        _byNode[node.Address] = new Announcement(node, sorted, ++_order);
        _count += sorted.Length - (before?.Sessions.Length ?? 0);
        _removed.Remove(node.Address);
        Compare(node.Address, old, sorted, roster, judge);
        return new(RosterVerdict.Accepted) { LeftOut = leftOut };
    }

    public RosterReply Remove(
        string address, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes, Func<Member, Member> judge)
    {
        var known = _byNode.Remove(address, out var before);
        if (!known && (!nodes.ContainsKey(address) || _removed.Contains(address)))
            return new(RosterVerdict.Unchanged);
        var old = before?.Sessions ?? Carried(address, roster, nodes);
        _count -= before?.Sessions.Length ?? 0;
        if (nodes.ContainsKey(address))
            _removed.Add(address);
        Compare(address, old, [], roster, judge);
        return new(RosterVerdict.Accepted);
    }

    /// <summary>Takes a c-node back, whoever has announced it; a node that has no other keeps it.</summary>
    public RosterReply Withdraw(
        NodeId id, MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes, Func<Member, Member> judge, Hash256 beacon)
    {
        var saying = _byNode.Values.Where(said => said.Sessions.Length > 1 && Find(said.Sessions, id) is not null).ToArray();
        foreach (var said in saying)
            Announce(said.Node, [.. said.Sessions.Where(member => member.Id != id)], roster, nodes, judge, beacon);
        // A node that has not spoken since the start has it in the roster.
        if (roster.Find(id) is { } durable && !_byNode.ContainsKey(durable.NodeAddress))
            Want(id, null, roster, judge);
        return new RosterReply(saying.Length > 0 || _changes.ContainsKey(id) ? RosterVerdict.Accepted : RosterVerdict.Unchanged);
    }

    /// <summary>Who comes with the next epoch, and who goes.</summary>
    /// <param name="judge">Gives a member the standing that it has.</param>
    /// <param name="room">The roster's places.</param>
    /// <param name="beacon">Of the last record: it draws among newcomers.</param>
    public (ImmutableArray<Member> Joined, ImmutableArray<NodeId> Left) Members(
        MemberSet roster, Func<Member, Member> judge, RosterRoom room, Hash256 beacon)
    {
        var joined = new List<Member>();
        var left = ImmutableArray.CreateBuilder<NodeId>();
        foreach (var (id, member) in _changes.OrderBy(change => change.Key))
        {
            if (!Changes(id, member, roster, judge))
                continue;
            if (member is null)
                left.Add(id);
            else
                joined.Add(judge(member));
        }
        var places = room.Copy();
        joined.AddRange(_trusted.Members.Take(places.Free).Select(judge));
        foreach (var member in joined)
            places.Count(roster.Find(member.Id), member);
        joined.AddRange(_newcomers.Draw(budgets.NewcomersPerEpoch, places, Lot.From(beacon)).Select(judge));
        return ([.. joined.OrderBy(member => member.Id)], left.ToImmutable());
    }

    /// <summary>
    /// Whether there are <see cref="Members"/>: asked with each message, so it ends with the first one. Cheap keys hurry nobody.
    /// </summary>
    public RosterWork Work(MemberSet roster, Func<Member, Member> judge, RosterRoom room)
    {
        var newcomers = _newcomers.Nodes.Any(room.HasFor);
        if ((newcomers && _newcomers.Count <= budgets.NewcomersPerEpoch) || (_trusted.Count > 0 && room.Free > 0)
            || _changes.Any(change => Changes(change.Key, change.Value, roster, judge)))
        {
            return RosterWork.Draws;
        }
        return newcomers ? RosterWork.Heads : RosterWork.None;
    }

    /// <summary>Who is announced and not in the roster, or is another one there; null for nobody.</summary>
    public Member? Find(NodeId id) => _changes.GetValueOrDefault(id) ?? _trusted.Find(id) ?? _newcomers.Find(id);

    public (ImmutableArray<NodeInfo> Changed, ImmutableArray<string> Gone) NodeChanges(ImmutableSortedDictionary<string, NodeInfo> nodes) =>
        ([.. _byNode.Values.Select(said => said.Node).Where(node => !node.Equals(nodes.GetValueOrDefault(node.Address)))
                .OrderBy(node => node.Address, StringComparer.Ordinal)],
            [.. _removed.Order(StringComparer.Ordinal)]);

    /// <summary>Forgets what the roster now says too, and looks again at those whose place or standing has changed.</summary>
    public void Settle(
        MemberSet roster, ImmutableSortedDictionary<string, NodeInfo> nodes, Func<Member, Member> judge, IEnumerable<NodeId> changed)
    {
        foreach (var id in changed)
        {
            if ((_trusted.Find(id) ?? _newcomers.Find(id)) is { } waiting)
                Want(id, waiting, roster, judge);
        }
        foreach (var (id, member) in _changes)
        {
            if (!Changes(id, member, roster, judge))
                _changes.Remove(id);
            else if (member is not null && roster.Find(id) is null)
                Want(id, member, roster, judge); // it has left meanwhile: no place is its own any more
        }
        if (_changes.Count == 0)
            _changes.TrimExcess(); // an emptied dictionary is walked through at the size that it had
        _removed.RemoveWhere(address => !nodes.ContainsKey(address));
    }

    /// <summary>What the roster is to say of a c-node; null for nothing.</summary>
    private void Want(NodeId id, Member? member, MemberSet roster, Func<Member, Member> judge)
    {
        _trusted.Remove(id);
        _newcomers.Remove(id);
        if (member is null || roster.Find(id) is not null)
        {
            _changes[id] = member;
            return;
        }
        _changes.Remove(id);
        (RosterRoom.IsTrusted(judge(member)) ? _trusted : _newcomers).Add(member);
    }

    /// <summary>Members as far as there is room: the trusted, then those in the roster, then the others by lot.</summary>
    private static Member[] FirstOf(Member[] sessions, int room, MemberSet roster, Func<Member, Member> judge, Hash256 beacon) =>
    [
        .. sessions.OrderBy(member => RosterRoom.IsTrusted(judge(member)) ? 0 : roster.Find(member.Id) is not null ? 1 : 2)
            .ThenBy(member => Lot.Of(beacon, member.Id)).Take(room).OrderBy(member => member.Id),
    ];

    private static bool Changes(NodeId id, Member? announced, MemberSet roster, Func<Member, Member> judge) =>
        !Equals(announced is null ? null : judge(announced), roster.Find(id));

    /// <summary>The difference of two sorted lists of one node.</summary>
    private void Compare(string address, Member[] old, Member[] now, MemberSet roster, Func<Member, Member> judge)
    {
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            var order = i == old.Length ? 1 : j == now.Length ? -1 : old[i].Id.CompareTo(now[j].Id);
            if (order < 0)
            {
                Withdraw(address, old[i++].Id, roster, judge);
                continue;
            }
            // A node that says nothing new about a member does not take it back from a node that announced it since.
            if (order > 0 || !old[i].Equals(now[j]))
                Want(now[j].Id, now[j], roster, judge);
            if (order == 0)
                i++;
            j++;
        }
    }

    private void Withdraw(string address, NodeId id, MemberSet roster, Func<Member, Member> judge)
    {
        var durable = roster.Find(id);
        var current = _changes.TryGetValue(id, out var changed) ? changed : _trusted.Find(id) ?? _newcomers.Find(id) ?? durable;
        if (current is null || current.NodeAddress != address)
            return;
        Want(id, Newest(id) ?? (durable is not null && Stands(durable.NodeAddress, address) ? durable : null), roster, judge);
    }

    /// <summary>The member of the newest announcement that has this NodeId.</summary>
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
