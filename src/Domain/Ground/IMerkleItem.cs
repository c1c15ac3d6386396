namespace AkkaCompute.Domain.Ground;

/// <summary>What items of a <see cref="MerkleSet{TKey,TItem}"/> are found and sorted by.</summary>
public interface IMerkleKey<TSelf> : IComparable<TSelf>
{
    /// <summary>0 to 255: which of the set's buckets. Rises with the key.</summary>
    int Bucket { get; }
}

/// <summary>An item of a <see cref="MerkleSet{TKey,TItem}"/>.</summary>
public interface IMerkleItem<out TKey>
{
    TKey Key { get; }

    /// <summary>The hash of its leaf: <see cref="MerkleTree.Leaf"/>.</summary>
    Hash256 LeafHash { get; }
}
