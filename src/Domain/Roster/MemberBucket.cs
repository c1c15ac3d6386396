using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>The members whose NodeIds share a first byte, sorted, each with its leaf hash kept beside it.</summary>
internal sealed class MemberBucket
{
    private MemberBucket(Member[] members, Hash256[] leaves)
    {
        (Members, Leaves) = (members, leaves);
        RootLeaf = LeafOf(MerkleTree.Root(leaves));
    }

    public static MemberBucket Empty { get; } = new([], []);

    public Member[] Members { get; }

    public Hash256[] Leaves { get; }

    /// <summary>The leaf hash that stands for this bucket in the tree over the buckets.</summary>
    public Hash256 RootLeaf { get; }

    /// <summary>A bucket's root as a leaf of the tree over the buckets.</summary>
    public static Hash256 LeafOf(Hash256 root)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        root.CopyTo(bytes);
        return MerkleTree.Leaf(bytes);
    }

    public Member? Find(NodeId id) => IndexOf(id) is >= 0 and var index ? Members[index] : null;

    /// <summary>The index of a member, or below 0.</summary>
    public int IndexOf(NodeId id)
    {
        int low = 0, high = Members.Length - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var order = Members[middle].Id.CompareTo(id);
            if (order == 0)
                return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }

    /// <summary>This bucket and the changes, both sorted, merged into one.</summary>
    /// <param name="changes">Null for a member that left.</param>
    public MemberBucket With(SortedDictionary<NodeId, Member?> changes)
    {
        var members = new List<Member>(Members.Length + changes.Count);
        var leaves = new List<Hash256>(Members.Length + changes.Count);
        var next = 0;
        foreach (var (id, changed) in changes)
        {
            for (; next < Members.Length && Members[next].Id < id; next++)
                Keep(next);
            if (next < Members.Length && Members[next].Id == id)
                next++;
            if (changed is null)
                continue;
            members.Add(changed);
            leaves.Add(MerkleTree.Leaf(changed.ToLeaf()));
        }
        for (; next < Members.Length; next++)
            Keep(next);
        return members.Count == 0 ? Empty : new MemberBucket([.. members], [.. leaves]);

        void Keep(int index)
        {
            members.Add(Members[index]);
            leaves.Add(Leaves[index]);
        }
    }
}
