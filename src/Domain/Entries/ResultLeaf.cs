using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>One task's result in the tree that a worker signs.</summary>
public static class ResultLeaf
{
    /// <summary>
    /// H(0 ‖ NodeId ‖ task (u64) ‖ attempt (u32) ‖ salt ‖ digest), big-endian: a leaf hash of RFC 6962. With the NodeId in it, a
    /// copy is worth nothing to others; with the salt, nobody can guess the result from it.
    /// </summary>
    /// <param name="digest">What <see cref="Work.TaskResult.Digest"/> gives; null, which is written as zero: no result.</param>
    public static Hash256 Of(NodeId worker, long task, int attempt, Hash256 salt, Hash256? digest)
    {
        Span<byte> data = stackalloc byte[3 * Hash256.Size + 12];
        worker.Hash.CopyTo(data);
        BinaryPrimitives.WriteInt64BigEndian(data[Hash256.Size..], task);
        BinaryPrimitives.WriteInt32BigEndian(data[(Hash256.Size + 8)..], attempt);
        salt.CopyTo(data[(Hash256.Size + 12)..]);
        digest.GetValueOrDefault().CopyTo(data[((2 * Hash256.Size) + 12)..]);
        return MerkleTree.Leaf(data);
    }
}

/// <summary>
/// The salts of one bundle, from one value: whoever has it knows all of them, so a worker that discloses its results to the Job
/// sends these 32 bytes; whoever has a task's salt knows no other.
/// </summary>
/// <param name="Secret">Shown to nobody but the Job before the bundle is decided.</param>
public readonly record struct BundleSalt(Hash256 Secret)
{
    private static ReadOnlySpan<byte> BundleTag => "akkacompute/bundle-salt/1"u8;

    private static ReadOnlySpan<byte> TaskTag => "akkacompute/task-salt/1"u8;

    /// <summary>
    /// HMAC-SHA256(worker's secret, "akkacompute/bundle-salt/1" ‖ job ‖ bundle (u64) ‖ attempt (u32)), big-endian: the same
    /// again after a crash, so that the same result is the same entry.
    /// </summary>
    /// <param name="workerSecret">At least 32 bytes that only the worker has; not its key.</param>
    public static BundleSalt Derive(ReadOnlySpan<byte> workerSecret, JobId job, long bundle, int attempt)
    {
        if (workerSecret.Length < Hash256.Size)
            throw new ArgumentException(
                $"A salt secret has at least {Hash256.Size} bytes, not {workerSecret.Length}.", nameof(workerSecret));
        var tag = BundleTag;
        Span<byte> data = stackalloc byte[tag.Length + Hash256.Size + 12];
        tag.CopyTo(data);
        job.Hash.CopyTo(data[tag.Length..]);
        BinaryPrimitives.WriteInt64BigEndian(data[(tag.Length + Hash256.Size)..], bundle);
        BinaryPrimitives.WriteInt32BigEndian(data[(tag.Length + Hash256.Size + 8)..], attempt);
        Span<byte> secret = stackalloc byte[Hash256.Size];
        HMACSHA256.HashData(workerSecret, data, secret);
        return new BundleSalt(new Hash256(secret));
    }

    /// <summary>SHA-256("akkacompute/task-salt/1" ‖ secret ‖ task (u64), big-endian): 63 bytes, all of fixed length.</summary>
    public Hash256 Of(long task)
    {
        var tag = TaskTag;
        Span<byte> data = stackalloc byte[tag.Length + Hash256.Size + 8];
        tag.CopyTo(data);
        Secret.CopyTo(data[tag.Length..]);
        BinaryPrimitives.WriteInt64BigEndian(data[(tag.Length + Hash256.Size)..], task);
        return Hash256.Of(data);
    }

    /// <summary>Nothing: it is secret for some time.</summary>
    public override string ToString() => nameof(BundleSalt);
}
