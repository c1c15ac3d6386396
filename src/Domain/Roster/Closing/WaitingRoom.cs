using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>C-nodes that were announced and have no place in the roster yet, by the cluster node that they are at.</summary>
internal sealed class WaitingRoom
{
    private readonly Dictionary<NodeId, (Member Member, int At)> _members = [];
    private readonly SortedDictionary<string, List<NodeId>> _byNode = new(StringComparer.Ordinal);

    public int Count => _members.Count;

    /// <summary>The cluster nodes that somebody waits at.</summary>
    public IEnumerable<string> Nodes => _byNode.Keys;

    public IEnumerable<Member> Members => _members.Values.Select(waiting => waiting.Member);

    public Member? Find(NodeId id) => _members.TryGetValue(id, out var waiting) ? waiting.Member : null;

    public void Add(Member member)
    {
        Remove(member.Id);
        if (!_byNode.TryGetValue(member.NodeAddress, out var here))
            _byNode.Add(member.NodeAddress, here = []);
        _members.Add(member.Id, (member, here.Count));
        here.Add(member.Id);
    }

    public void Remove(NodeId id)
    {
        if (!_members.Remove(id, out var gone))
            return;
        // The last one takes its place.
        var here = _byNode[gone.Member.NodeAddress];
        var last = here[^1];
        here.RemoveAt(here.Count - 1);
        if (here.Count == 0)
            _byNode.Remove(gone.Member.NodeAddress);
        if (last == id)
            return;
        here[gone.At] = last;
        _members[last] = (_members[last].Member, gone.At);
    }

    /// <summary>
    /// Draws those who have a place: one of each node after the other, as long as it has any and there is room for it, in each node by
    /// lot. Nothing changes.
    /// </summary>
    /// <param name="room">Places that are free; those that are given are taken from it.</param>
    public IEnumerable<Member> Draw(int most, RosterRoom room, Random chance)
    {
        var nodes = _byNode.Keys.ToArray();
        chance.Shuffle(nodes);
        var hats = new Queue<Hat>(nodes.Select(address => new Hat(_byNode[address])));
        while (most > 0 && hats.TryDequeue(out var hat))
        {
            var member = _members[hat.Draw(chance)].Member;
            if (!room.HasFor(member.NodeAddress))
                continue;
            room.Count(null, member);
            most--;
            yield return member;
            if (!hat.IsEmpty)
                hats.Enqueue(hat);
        }
    }

    /// <summary>Draws without putting back, at the cost of what is drawn: the first places of a shuffle (Fisher, Yates).</summary>
    private sealed class Hat(List<NodeId> ids)
    {
        private readonly Dictionary<int, int> _moved = [];
        private int _drawn;

        public bool IsEmpty => _drawn == ids.Count;

        public NodeId Draw(Random chance)
        {
            var at = chance.Next(_drawn, ids.Count);
            var drawn = _moved.GetValueOrDefault(at, at);
            _moved[at] = _moved.GetValueOrDefault(_drawn, _drawn);
            _drawn++;
            return ids[drawn];
        }
    }
}
