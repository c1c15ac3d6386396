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

    /// <summary>This bucket and the changes merged into one. The changes are sorted on the way.</summary>
    public MemberBucket With(List<MemberChange> changes)
    {
        changes.Sort();
        var members = new List<Member>(Members.Length + changes.Count);
        var leaves = new List<Hash256>(Members.Length + changes.Count);
        var next = 0;
        for (var i = 0; i < changes.Count; i++)
        {
            var (id, changed, _) = changes[i];
            if (i + 1 < changes.Count && changes[i + 1].Id == id)
                continue; // a later one counts
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
