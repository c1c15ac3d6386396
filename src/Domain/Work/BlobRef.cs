using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>Bytes that are too many for a message, by their name. As bytes: hash ‖ size (u64, big-endian).</summary>
/// <param name="Hash">Their SHA-256, which names the blob.</param>
/// <param name="Size">How many there are, 1 or more.</param>
public readonly record struct BlobRef(Hash256 Hash, long Size)
{
    /// <summary>Bytes of its written form.</summary>
    public const int Bytes = Hash256.Size + sizeof(long);

    public static BlobRef Of(ReadOnlySpan<byte> bytes) => new(Hash256.Of(bytes), bytes.Length);

    public byte[] ToBytes()
    {
        var bytes = new byte[Bytes];
        Hash.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(Hash256.Size), Size);
        return bytes;
    }

    /// <summary>Null where the bytes are none.</summary>
    public static BlobRef? Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Bytes && BinaryPrimitives.ReadInt64BigEndian(bytes[Hash256.Size..]) is > 0 and var size
            ? new BlobRef(new Hash256(bytes[..Hash256.Size]), size) : null;

    public override string ToString() => $"blob {Hash} of {Size} bytes";
}
