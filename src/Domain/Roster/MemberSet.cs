using System.Collections;
using System.Collections.Immutable;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// Members by NodeId, immutable, with the Merkle root over them. It is cut into 256 buckets by the first byte of the
/// NodeId; a change copies the buckets that it touches and hashes only there. The root is that of RFC 6962 over the
/// 256 roots of the buckets, each again of RFC 6962 over its members' leaves (<see cref="Member.ToLeaf"/>) sorted by
/// NodeId: one flat tree would shift at each entry and cost 0.4 s to rebuild at a million.
/// </summary>
public sealed class MemberSet : IReadOnlyCollection<Member>
{
    internal const int Buckets = 256;

    private readonly MemberBucket[] _buckets;

    private MemberSet(MemberBucket[] buckets)
    {
        _buckets = buckets;
        Count = buckets.Sum(bucket => bucket.Members.Length);
        Root = MerkleTree.Root(Array.ConvertAll(buckets, RootLeaf));
    }

    public static MemberSet Empty { get; } = new([.. Enumerable.Repeat(MemberBucket.Empty, Buckets)]);

    public int Count { get; }

    /// <summary>What an epoch record signs as its roster.</summary>
    public Hash256 Root { get; }

    /// <summary>The member with this id, or null.</summary>
    public Member? Find(NodeId id) => _buckets[BucketOf(id)].Find(id);

    /// <summary>
    /// The set without those that left, and with those that joined or changed. Who is in both has joined. Who left and
    /// was not there is ignored. Of two with one NodeId the later counts.
    /// </summary>
    public MemberSet With(IReadOnlyCollection<Member> joined, IReadOnlyCollection<NodeId> left)
    {
        if (joined.Count == 0 && left.Count == 0)
            return this;
        var changes = new List<MemberChange>?[Buckets];
        var order = 0;
        foreach (var id in left)
            (changes[BucketOf(id)] ??= []).Add(new MemberChange(id, null, order++));
        foreach (var member in joined)
            (changes[BucketOf(member.Id)] ??= []).Add(new MemberChange(member.Id, member, order++));

        var buckets = (MemberBucket[])_buckets.Clone();
        if (joined.Count + left.Count < 1_024)
        {
            for (var i = 0; i < Buckets; i++)
                Change(i);
        }
        else
        {
            Parallel.For(0, Buckets, Change);
        }
        return new MemberSet(buckets);

        void Change(int i)
        {
            if (changes[i] is { } change)
                buckets[i] = buckets[i].With(change);
        }
    }

    /// <summary>All members, sorted by NodeId.</summary>
    public ImmutableArray<Member> ToArray()
    {
        var all = ImmutableArray.CreateBuilder<Member>(Count);
        foreach (var bucket in _buckets)
            all.AddRange(bucket.Members);
        return all.MoveToImmutable();
    }

    /// <summary>That a member is in the roster with this root, or null where it is not.</summary>
    public MemberProof? Prove(NodeId id)
    {
        var number = BucketOf(id);
        var bucket = _buckets[number];
        return bucket.IndexOf(id) is >= 0 and var index
            ? new MemberProof(index, bucket.Members.Length, MerkleTree.Prove(bucket.Leaves, index),
                MerkleTree.Prove(Array.ConvertAll(_buckets, RootLeaf), number))
            : null;
    }

    /// <summary>Sorted by NodeId.</summary>
    public IEnumerator<Member> GetEnumerator() => _buckets.SelectMany(bucket => bucket.Members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static int BucketOf(NodeId id) => (int)(id.Hash.Prefix >> 56);

    private static Hash256 RootLeaf(MemberBucket bucket) => bucket.RootLeaf;
}
