namespace AkkaCompute.Domain.Ground;

/// <summary>The items of one bucket, sorted, each with its leaf hash kept beside it.</summary>
internal sealed class MerkleBucket<TKey, TItem>
    where TKey : struct, IMerkleKey<TKey>
    where TItem : IMerkleItem<TKey>
{
    // Made with the first proof, and kept: strangers ask for them, and each would cost as many hashes as the root.
    private Hash256[][]? _levels;

    private MerkleBucket(TItem[] items, Hash256[] leaves)
    {
        (Items, Leaves) = (items, leaves);
        RootLeaf = MerkleBucket.LeafOf(MerkleTree.Root(leaves));
    }

    public static MerkleBucket<TKey, TItem> Empty { get; } = new([], []);

    public TItem[] Items { get; }

    public Hash256[] Leaves { get; }

    /// <summary>The leaf hash that stands for this bucket in the tree over the buckets.</summary>
    public Hash256 RootLeaf { get; }

    /// <summary>The index of an item; where there is none, the complement of the index that it would have.</summary>
    public int IndexOf(TKey key)
    {
        int low = 0, high = Items.Length - 1;
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var order = Items[middle].Key.CompareTo(key);
            if (order == 0)
                return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    /// <summary>The proof that the item at an index is in this bucket.</summary>
    public LeafProof Prove(int index) => new(index, Items.Length, MerkleTree.Prove(_levels ??= MerkleTree.Levels(Leaves), index));

    /// <summary>This bucket and the changes merged into one. The changes are sorted on the way.</summary>
    public MerkleBucket<TKey, TItem> With(List<MerkleChange<TKey, TItem>> changes)
    {
        changes.Sort();
        var items = new List<TItem>(Items.Length + changes.Count);
        var leaves = new List<Hash256>(Items.Length + changes.Count);
        var next = 0;
        for (var i = 0; i < changes.Count; i++)
        {
            var (key, changed, isThere, _) = changes[i];
            if (i + 1 < changes.Count && changes[i + 1].Key.CompareTo(key) == 0)
                continue; // a later one counts
            for (; next < Items.Length && Items[next].Key.CompareTo(key) < 0; next++)
                Keep(next);
            if (next < Items.Length && Items[next].Key.CompareTo(key) == 0)
                next++;
            if (!isThere)
                continue;
            items.Add(changed!);
            leaves.Add(changed!.LeafHash);
        }
        for (; next < Items.Length; next++)
            Keep(next);
        return items.Count == 0 ? Empty : new MerkleBucket<TKey, TItem>([.. items], [.. leaves]);

        void Keep(int index)
        {
            items.Add(Items[index]);
            leaves.Add(Leaves[index]);
        }
    }
}

internal static class MerkleBucket
{
    /// <summary>How many a set has: the first byte of a hash.</summary>
    public const int Count = 256;

    /// <summary>A bucket's root as a leaf of the tree over the buckets.</summary>
    public static Hash256 LeafOf(Hash256 root)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        root.CopyTo(bytes);
        return MerkleTree.Leaf(bytes);
    }
}

/// <summary>An item that came or changed, or, where it is <c>null</c>, went.</summary>
/// <param name="Order">Of two changes of one key, which is later.</param>
internal readonly record struct MerkleChange<TKey, TItem>(TKey Key, TItem? Item, bool IsThere, int Order)
    : IComparable<MerkleChange<TKey, TItem>>
    where TKey : struct, IMerkleKey<TKey>
{
    public int CompareTo(MerkleChange<TKey, TItem> other) =>
        Key.CompareTo(other.Key) is not 0 and var order ? order : Order.CompareTo(other.Order);
}
