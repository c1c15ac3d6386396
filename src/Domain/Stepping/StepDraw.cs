using System.Buffers.Binary;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Stepping;

/// <summary>
/// Which steps of a committed trace are run again: a pure function of a beacon that was not known when the worker committed itself.
/// </summary>
public static class StepDraw
{
    private static ReadOnlySpan<byte> Tag => "akkacompute/steps/1"u8;

    private static ReadOnlySpan<byte> AllTag => "akkacompute/steps-all/1"u8;

    /// <summary>
    /// Whether all steps are run again: the first 8 bytes of SHA-256(<c>akkacompute/steps-all/1</c> ‖ beacon ‖ job ‖ task (u64) ‖ NodeId),
    /// big-endian, are below p · 2⁶⁴.
    /// </summary>
    /// <param name="parts">p in parts of 10⁹, 0 to <see cref="CheckDraw.One"/>.</param>
    /// <inheritdoc cref="Steps" path="/param"/>
    public static bool IsAll(Hash256 beacon, JobId job, long task, NodeId worker, long parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, CheckDraw.One);
        return CheckDraw.IsBelow(CheckDraw.Order(AllTag, beacon, job, task, worker), parts);
    }

    /// <summary>
    /// c steps, each any of T with the same chance: the first 8 bytes of SHA-256(<c>akkacompute/steps/1</c> ‖ beacon ‖ job ‖ task (u64) ‖
    /// NodeId ‖ i (u32)), big-endian, times T, over 2⁶⁴, for i = 0 to c - 1. One may come twice.
    /// </summary>
    /// <param name="beacon">Of the first epoch that is not degraded after the one whose record covers the commitment.</param>
    /// <param name="steps">T, from 1.</param>
    /// <param name="count">c, from 0.</param>
    /// <returns>From 0: the step from state i to state i + 1.</returns>
    public static long[] Steps(Hash256 beacon, JobId job, long task, NodeId worker, long steps, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Span<byte> data = stackalloc byte[Tag.Length + (3 * Hash256.Size) + 12];
        Tag.CopyTo(data);
        var rest = data[Tag.Length..];
        beacon.CopyTo(rest);
        job.Hash.CopyTo(rest[Hash256.Size..]);
        BinaryPrimitives.WriteInt64BigEndian(rest[(2 * Hash256.Size)..], task);
        worker.Hash.CopyTo(rest[((2 * Hash256.Size) + 8)..]);
        var drawn = new long[count];
        Span<byte> hash = stackalloc byte[Hash256.Size];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(data[^4..], i);
            Hash256.Of(data).CopyTo(hash);
            drawn[i] = (long)(((UInt128)BinaryPrimitives.ReadUInt64BigEndian(hash) * (UInt128)steps) >> 64);
        }
        return drawn;
    }
}
