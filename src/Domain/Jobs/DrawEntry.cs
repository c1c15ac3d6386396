using System.Buffers.Binary;

namespace AkkaCompute.Domain.Jobs;

/// <summary>What a job commits to an epoch: that these bundles are drawn by its beacon.</summary>
public static class DrawEntry
{
    /// <summary>SHA-256("akkacompute/draw" ‖ job ‖ number ‖ attempt ‖ the bundles' indices), integers big-endian.</summary>
    /// <param name="number">Counts the commitments of one run of the job, so that no two are equal.</param>
    /// <param name="attempt">How often these bundles were drawn before.</param>
    public static Hash256 Of(JobId job, int number, IReadOnlyList<long> bundles, int attempt)
    {
        var tag = "akkacompute/draw"u8;
        var bytes = new byte[tag.Length + Hash256.Size + 8 + (8 * bundles.Count)];
        tag.CopyTo(bytes);
        var rest = bytes.AsSpan(tag.Length);
        job.Hash.CopyTo(rest);
        BinaryPrimitives.WriteInt32BigEndian(rest[Hash256.Size..], number);
        BinaryPrimitives.WriteInt32BigEndian(rest[(Hash256.Size + 4)..], attempt);
        for (var i = 0; i < bundles.Count; i++)
            BinaryPrimitives.WriteInt64BigEndian(rest[(Hash256.Size + 8 + (8 * i))..], bundles[i]);
        return Hash256.Of(bytes);
    }
}

/// <summary>What fixes clock and randomness of a task's runs, on every worker alike.</summary>
public static class TaskSeed
{
    /// <summary>SHA-256("akkacompute/seed" ‖ job ‖ task, big-endian).</summary>
    public static Hash256 Of(JobId job, long task)
    {
        Span<byte> bytes = stackalloc byte[16 + Hash256.Size + 8];
        "akkacompute/seed"u8.CopyTo(bytes);
        job.Hash.CopyTo(bytes[16..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(16 + Hash256.Size)..], task);
        return Hash256.Of(bytes);
    }
}
