using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>Where the beacon puts a c-node, and where it puts a bundle. The same bytes in every language.</summary>
public static class Ring
{
    private static ReadOnlySpan<byte> TargetTag => "akkacompute/target/1"u8;

    /// <summary>
    /// SHA-256(beacon ‖ NodeId). It changes with every epoch, so a key that was ground towards a place is worth nothing
    /// in the next one.
    /// </summary>
    public static Hash256 Position(Hash256 beacon, NodeId node)
    {
        Span<byte> data = stackalloc byte[2 * Hash256.Size];
        beacon.CopyTo(data);
        node.Hash.CopyTo(data[Hash256.Size..]);
        return Hash256.Of(data);
    }

    /// <summary>
    /// SHA-256("akkacompute/target/1" ‖ beacon ‖ job (32 bytes) ‖ bundle (u64) ‖ attempt (u32)), big-endian.
    /// </summary>
    /// <param name="bundle">The index of the bundle within its job, fixed by the page that handed it in.</param>
    /// <param name="attempt">0, and one more each time that a whole group was used up.</param>
    public static Hash256 Target(Hash256 beacon, Hash256 job, ulong bundle, uint attempt)
    {
        var tag = TargetTag;
        Span<byte> data = stackalloc byte[tag.Length + 2 * Hash256.Size + 12];
        tag.CopyTo(data);
        var rest = data[tag.Length..];
        beacon.CopyTo(rest);
        job.CopyTo(rest[Hash256.Size..]);
        BinaryPrimitives.WriteUInt64BigEndian(rest[(2 * Hash256.Size)..], bundle);
        BinaryPrimitives.WriteUInt32BigEndian(rest[(2 * Hash256.Size + 8)..], attempt);
        return Hash256.Of(data);
    }

    /// <summary>The positions of many, on as many cores as there are: 0.3–0.5 µs each and core.</summary>
    internal static Hash256[] Positions(Hash256 beacon, IReadOnlyList<Draw.Member> members)
    {
        const int Chunk = 4_096; // less is not worth a thread
        var positions = new Hash256[members.Count];
        if (positions.Length <= Chunk)
            Fill(0, positions.Length);
        else
            Parallel.For(0, (positions.Length + Chunk - 1) / Chunk, i => Fill(i * Chunk, Math.Min(positions.Length, (i + 1) * Chunk)));
        return positions;

        void Fill(int from, int to)
        {
            Span<byte> data = stackalloc byte[2 * Hash256.Size];
            Span<byte> hash = stackalloc byte[Hash256.Size];
            beacon.CopyTo(data);
            for (var i = from; i < to; i++)
            {
                members[i].Id.Hash.CopyTo(data[Hash256.Size..]);
                SHA256.HashData(data, hash);
                positions[i] = new Hash256(hash);
            }
        }
    }
}
