using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

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
