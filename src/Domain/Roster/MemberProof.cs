namespace AkkaCompute.Domain.Roster;

/// <summary>That a member is in the roster whose root an epoch record names: its leaf in its bucket, its bucket among 256.</summary>
/// <param name="Index">The member's place in its bucket, of <paramref name="BucketSize"/>.</param>
/// <param name="InBucket">From the member's leaf to the bucket's root.</param>
/// <param name="OfBucket">From the bucket's root to the roster's.</param>
public sealed record MemberProof(int Index, int BucketSize, IReadOnlyList<Hash256> InBucket, IReadOnlyList<Hash256> OfBucket)
{
    /// <summary>Whether it holds for this member and root.</summary>
    public bool Verify(Hash256 rosterRoot, Member member)
    {
        ArgumentNullException.ThrowIfNull(member);
        // The bucket's root is what the proof leads to; that it is one is shown by the second proof.
        return MerkleTree.TryFold(BucketSize, MerkleTree.Leaf(member.ToLeaf()), Index, [.. InBucket], out var bucket)
            && MerkleTree.Verify(rosterRoot, MemberSet.Buckets, MemberBucket.LeafOf(bucket), MemberSet.BucketOf(member.Id), [.. OfBucket]);
    }
}
