using System.Collections;
using System.Collections.Immutable;

namespace AkkaCompute.Domain.Ground;

/// <summary>
/// Items by key, immutable, with the Merkle root over them. It is cut into 256 buckets by the first byte of the key; a change
/// copies the buckets that it touches and hashes only there. The root is that of RFC 6962 over the 256 roots of the buckets,
/// each again of RFC 6962 over its items' leaves sorted by key: one flat tree would shift at each entry and cost 0.4 s to
/// rebuild at a million. As the leaves are sorted, it can also be proven that a key is absent.
/// </summary>
public sealed class MerkleSet<TKey, TItem> : IReadOnlyCollection<TItem>
    where TKey : struct, IMerkleKey<TKey>
    where TItem : IMerkleItem<TKey>
{
    private const int Buckets = MerkleBucket.Count;

    private readonly MerkleBucket<TKey, TItem>[] _buckets;
    private readonly Hash256[] _tree; // over the buckets: the root at 1, the children of i at 2 i and 2 i + 1

    private MerkleSet(MerkleBucket<TKey, TItem>[] buckets, Hash256[] tree)
    {
        (_buckets, _tree) = (buckets, tree);
        foreach (var bucket in buckets)
            Count += bucket.Items.Length;
    }

    internal static MerkleSet<TKey, TItem> Empty { get; } = MakeEmpty();

    public int Count { get; }

    /// <summary>What an epoch record names.</summary>
    public Hash256 Root => _tree[1];

    /// <summary>Whether there is an item with this key, and which.</summary>
    public bool TryFind(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TItem item)
    {
        var bucket = _buckets[key.Bucket];
        var index = bucket.IndexOf(key);
        item = index < 0 ? default : bucket.Items[index];
        return index >= 0;
    }

    /// <summary>The item with this key, or null.</summary>
    public TItem? Find(TKey key) => TryFind(key, out var item) ? item : default;

    /// <summary>
    /// The set without those that left, and with those that joined or changed. An item that is in both has joined. Who left and
    /// was not there is ignored. Of two with one key the later counts.
    /// </summary>
    public MerkleSet<TKey, TItem> With(IReadOnlyCollection<TItem> joined, IReadOnlyCollection<TKey> left)
    {
        if (joined.Count == 0 && left.Count == 0)
            return this;
        var changes = new List<MerkleChange<TKey, TItem>>?[Buckets];
        var order = 0;
        foreach (var key in left)
            (changes[key.Bucket] ??= []).Add(new MerkleChange<TKey, TItem>(key, default, false, order++));
        foreach (var item in joined)
            (changes[item.Key.Bucket] ??= []).Add(new MerkleChange<TKey, TItem>(item.Key, item, true, order++));

        var buckets = (MerkleBucket<TKey, TItem>[])_buckets.Clone();
        if (joined.Count + left.Count < 1_024)
        {
            for (var i = 0; i < Buckets; i++)
                Change(i);
        }
        else
        {
            Parallel.For(0, Buckets, Change);
        }
        return new MerkleSet<TKey, TItem>(buckets, Hashed(buckets, changed: i => changes[i] is not null));

        void Change(int i)
        {
            if (changes[i] is { } change)
                buckets[i] = buckets[i].With(change);
        }
    }

    /// <summary>All items, sorted by key.</summary>
    public ImmutableArray<TItem> ToArray() => Later()();

    /// <summary>
    /// Gives <see cref="ToArray"/> when it is called, and keeps the items until then, but not the 32 bytes of each one's hash.
    /// </summary>
    internal Func<ImmutableArray<TItem>> Later()
    {
        var (count, buckets) = (Count, Array.ConvertAll(_buckets, bucket => bucket.Items));
        return () =>
        {
            var all = ImmutableArray.CreateBuilder<TItem>(count);
            foreach (var items in buckets)
                all.AddRange(items);
            return all.MoveToImmutable();
        };
    }

    /// <summary>The proof that an item is in the set with this root; <c>null</c> where it is not.</summary>
    public MerkleSetProof<TKey, TItem>? Prove(TKey key)
    {
        var bucket = _buckets[key.Bucket];
        return bucket.IndexOf(key) is >= 0 and var index ? new MerkleSetProof<TKey, TItem>(bucket.Prove(index), PathOf(key.Bucket)) : null;
    }

    /// <summary>
    /// The proof that a key is not in the set with this root: what stands before and after its place. <c>null</c> where it is.
    /// </summary>
    public AbsenceProof<TKey, TItem>? ProveAbsent(TKey key)
    {
        var bucket = _buckets[key.Bucket];
        var found = bucket.IndexOf(key);
        if (found >= 0)
            return null;
        var place = ~found;
        return new AbsenceProof<TKey, TItem>(
            place > 0 ? new ProvenItem<TItem>(bucket.Items[place - 1], bucket.Prove(place - 1)) : null,
            place < bucket.Items.Length ? new ProvenItem<TItem>(bucket.Items[place], bucket.Prove(place)) : null,
            PathOf(key.Bucket));
    }

    /// <summary>Sorted by key.</summary>
    public IEnumerator<TItem> GetEnumerator() => _buckets.SelectMany(bucket => bucket.Items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static MerkleSet<TKey, TItem> MakeEmpty()
    {
        MerkleBucket<TKey, TItem>[] buckets = [.. Enumerable.Repeat(MerkleBucket<TKey, TItem>.Empty, Buckets)];
        var none = new MerkleSet<TKey, TItem>(buckets, new Hash256[2 * Buckets]);
        return new MerkleSet<TKey, TItem>(buckets, none.Hashed(buckets, static _ => true));
    }

    /// <summary>The tree with the buckets that changed; eight hashes a bucket. 256 is a power of two: all paths are equal.</summary>
    private Hash256[] Hashed(MerkleBucket<TKey, TItem>[] buckets, Func<int, bool> changed)
    {
        var tree = (Hash256[])_tree.Clone();
        var stale = new bool[2 * Buckets];
        for (var i = 0; i < Buckets; i++)
        {
            if (stale[Buckets + i] = changed(i))
                tree[Buckets + i] = buckets[i].RootLeaf;
        }
        for (var i = Buckets - 1; i > 0; i--)
        {
            if (stale[i] = stale[2 * i] || stale[2 * i + 1])
                tree[i] = MerkleTree.Node(tree[2 * i], tree[2 * i + 1]);
        }
        return tree;
    }

    private Hash256[] PathOf(int bucket)
    {
        var path = new List<Hash256>();
        for (var i = Buckets + bucket; i > 1; i /= 2)
            path.Add(_tree[i ^ 1]);
        return [.. path];
    }
}
