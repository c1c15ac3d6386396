using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>
/// Which results are due for a check, and who makes it: pure functions of a beacon that was not known when the worker committed itself. The
/// same bytes in every language, so that an audit finds checks that were due and not made.
/// </summary>
public static class CheckDraw
{
    /// <summary>1 of <c>parts</c>: shares are given in parts of a thousand million.</summary>
    public const long One = 1_000_000_000;

    private static ReadOnlySpan<byte> DueTag => "akkacompute/check/1"u8;

    private static ReadOnlySpan<byte> VerifierTag => "akkacompute/verifier/1"u8;

    /// <summary>
    /// Whether the first 8 bytes of SHA-256(<c>akkacompute/check/1</c> ‖ beacon ‖ job ‖ task (u64) ‖ NodeId), big-endian, are below q ·
    /// 2⁶⁴.
    /// </summary>
    /// <param name="beacon">Of the first epoch that is not degraded after the one whose record covers the commitment.</param>
    /// <param name="parts">q in parts of 10⁹, 0 to <see cref="One"/>.</param>
    public static bool IsDue(Hash256 beacon, JobId job, long task, NodeId worker, long parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, One);
        return IsBelow(Order(beacon, job, task, worker), parts);
    }

    /// <summary>Whether a number of 64 bits is below parts · 2⁶⁴ / <see cref="One"/>.</summary>
    internal static bool IsBelow(ulong order, long parts) => (UInt128)order * (UInt128)One < (UInt128)parts << 64;

    /// <summary>The number that <see cref="IsDue"/> compares. In a closing draw those with the lowest of them are due.</summary>
    /// <inheritdoc cref="IsDue" path="/param"/>
    public static ulong Order(Hash256 beacon, JobId job, long task, NodeId worker) => Order(DueTag, beacon, job, task, worker);

    internal static ulong Order(ReadOnlySpan<byte> tag, Hash256 beacon, JobId job, long task, NodeId worker)
    {
        Span<byte> hash = stackalloc byte[Hash256.Size];
        Of(tag, beacon, job, task, worker).CopyTo(hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>
    /// Verifiers in the order in which they are asked: the trusted that are nearest to the target SHA-256(<c>akkacompute/verifier/1</c> ‖
    /// beacon ‖ job ‖ task (u64) ‖ NodeId), without the worker, the boss, and who has had a part in the bundle.
    /// </summary>
    /// <param name="roster">Of the epoch whose beacon made the check due.</param>
    /// <param name="group">Who was drawn for the bundle before.</param>
    /// <param name="count">How many are wanted, from 0; fewer where there are not so many.</param>
    public static Member[] Verifiers(
        EpochRoster roster, JobId job, long task, NodeId worker, Eligibility eligible, IReadOnlyCollection<NodeId> group, int count)
    {
        ArgumentNullException.ThrowIfNull(roster);
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var target = Of(VerifierTag, roster.Beacon, job, task, worker);
        return [.. CloseGroup.Select(roster, target, count + group.Count + 1, eligible with { TrustedOnly = true })
            .Where(member => member.Id != worker && !group.Contains(member.Id)).Take(count)];
    }

    private static Hash256 Of(ReadOnlySpan<byte> tag, Hash256 beacon, JobId job, long task, NodeId worker)
    {
        Span<byte> data = stackalloc byte[tag.Length + (3 * Hash256.Size) + 8];
        tag.CopyTo(data);
        var rest = data[tag.Length..];
        beacon.CopyTo(rest);
        job.Hash.CopyTo(rest[Hash256.Size..]);
        BinaryPrimitives.WriteInt64BigEndian(rest[(2 * Hash256.Size)..], task);
        worker.Hash.CopyTo(rest[((2 * Hash256.Size) + 8)..]);
        return Hash256.Of(data);
    }
}
