using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>A cluster node as its leaf in a record's table has it: what a stranger must know to verify the records after it.</summary>
/// <param name="Key">The node's own key.</param>
/// <param name="IsThere">It has not left.</param>
/// <param name="Aside">The last epoch for which it is set aside; 0 where it never was.</param>
public sealed record NodeLeaf(PublicKey Key, bool IsThere, Epoch Aside)
{
    /// <summary>Bytes of a leaf: <see cref="CommittedNode.ToBytes"/>.</summary>
    public const int Size = 116;

    /// <exception cref="FormatException">It is no leaf.</exception>
    public static NodeLeaf Parse(ReadOnlySpan<byte> leaf)
    {
        if (leaf.Length != Size)
            throw new FormatException($"leaf: {leaf.Length} bytes, and not {Size}.");
        return new NodeLeaf(
            new PublicKey(leaf[..32]), leaf[32..64].ContainsAnyExcept((byte)0),
            new Epoch(BinaryPrimitives.ReadUInt64BigEndian(leaf[104..])));
    }
}
