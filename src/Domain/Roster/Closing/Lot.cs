using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>Who is next where not all can be: drawn by the beacon of the last record, which nobody knew when he made his key.</summary>
internal static class Lot
{
    private static ReadOnlySpan<byte> Tag => "akkacompute/lot/1"u8;

    /// <summary>SHA-256("akkacompute/lot/1" ‖ beacon ‖ NodeId): the lowest is first.</summary>
    public static Hash256 Of(Hash256 beacon, NodeId id)
    {
        Span<byte> data = stackalloc byte[Tag.Length + 2 * Hash256.Size];
        Tag.CopyTo(data);
        beacon.CopyTo(data[Tag.Length..]);
        id.Hash.CopyTo(data[(Tag.Length + Hash256.Size)..]);
        return Hash256.Of(data);
    }

    /// <summary>Chance that follows from the beacon, for many lots at once.</summary>
    public static Random From(Hash256 beacon)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        Of(beacon, default).CopyTo(bytes);
        return new Random(System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes));
    }
}
