namespace AkkaCompute.Domain.Ground;

/// <summary>The proof that a leaf is in a tree: its place, how many leaves there are, and the neighbours up to the root.</summary>
public sealed record LeafProof(int Index, int Size, IReadOnlyList<Hash256> Path)
{
    /// <summary>Whether it holds for this leaf hash and root.</summary>
    public bool Verify(Hash256 root, Hash256 leaf) => MerkleTree.Verify(root, Size, leaf, Index, [.. Path]);
}

/// <summary>The proof that an item is in the <see cref="MerkleSet{TKey,TItem}"/> whose root an epoch record names.</summary>
/// <param name="InBucket">From the item's leaf to the bucket's root.</param>
/// <param name="OfBucket">From the bucket's root to the set's.</param>
public sealed record MerkleSetProof<TKey, TItem>(LeafProof InBucket, IReadOnlyList<Hash256> OfBucket)
    where TKey : struct, IMerkleKey<TKey>
    where TItem : IMerkleItem<TKey>
{
    /// <summary>Whether it holds for this item and root.</summary>
    public bool Verify(Hash256 root, TItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        // The bucket's root is what the proof leads to; that it is one is shown by the second proof.
        return MerkleTree.TryFold(InBucket.Size, item.LeafHash, InBucket.Index, [.. InBucket.Path], out var bucket)
            && MerkleTree.Verify(root, MerkleBucket.Count, MerkleBucket.LeafOf(bucket), item.Key.Bucket, [.. OfBucket]);
    }
}

/// <summary>An item and its place in its bucket.</summary>
public sealed record ProvenItem<TItem>(TItem Item, LeafProof Place);

/// <summary>
/// That a key is not in the set: the leaves are sorted, and those before and after its place in its bucket are neighbours. At
/// the edge of a bucket there is one; in an empty bucket none.
/// </summary>
/// <param name="Before">The item before the place; null where it would be the first.</param>
/// <param name="After">The item after it; null where it would be the last.</param>
/// <param name="OfBucket">From the bucket's root to the set's.</param>
public sealed record AbsenceProof<TKey, TItem>(ProvenItem<TItem>? Before, ProvenItem<TItem>? After, IReadOnlyList<Hash256> OfBucket)
    where TKey : struct, IMerkleKey<TKey>
    where TItem : IMerkleItem<TKey>
{
    /// <summary>Whether it shows that the set with this root has no such key.</summary>
    public bool Verify(Hash256 root, TKey key)
    {
        if (Before is not null && (Before.Item.Key.CompareTo(key) >= 0 || Before.Item.Key.Bucket != key.Bucket))
            return false;
        if (After is not null && (After.Item.Key.CompareTo(key) <= 0 || After.Item.Key.Bucket != key.Bucket))
            return false;
        var place = (Before, After) switch
        {
            (null, null) => true,
            (null, { Place: var after }) => after.Index == 0,
            ({ Place: var before }, null) => before.Index == before.Size - 1,
            ({ Place: var before }, { Place: var after }) => before.Size == after.Size && after.Index == before.Index + 1,
        };
        if (!place)
            return false;
        var bucket = MerkleTree.EmptyRoot;
        if (Before is not null && !TryFold(Before, out bucket))
            return false;
        if (After is not null)
        {
            if (!TryFold(After, out var same) || (Before is not null && same != bucket))
                return false;
            bucket = same;
        }
        return MerkleTree.Verify(root, MerkleBucket.Count, MerkleBucket.LeafOf(bucket), key.Bucket, [.. OfBucket]);
    }

    private static bool TryFold(ProvenItem<TItem> item, out Hash256 root) =>
        MerkleTree.TryFold(item.Place.Size, item.Item.LeafHash, item.Place.Index, [.. item.Place.Path], out root);
}
