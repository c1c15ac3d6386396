using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>The last entry of a chain, as a record anchors it.</summary>
/// <param name="Author">Whose chain.</param>
/// <param name="Sub">Which of his.</param>
/// <param name="Seq">The entry's number.</param>
/// <param name="Hash">The entry's hash.</param>
public readonly record struct ChainHead(NodeId Author, long Sub, long Seq, Hash256 Hash) : IMerkleItem<ChainName>
{
    public ChainName Chain => new(Author, Sub);

    ChainName IMerkleItem<ChainName>.Key => Chain;

    Hash256 IMerkleItem<ChainName>.LeafHash => ToLeaf();

    /// <summary>Author (32) ‖ sub (u64) ‖ seq (u64) ‖ hash (32), big-endian.</summary>
    public const int Size = 2 * Hash256.Size + 16;

    /// <summary>The leaf in a record's root of chain heads: H(0 ‖ <see cref="Write"/>).</summary>
    public Hash256 ToLeaf()
    {
        Span<byte> data = stackalloc byte[Size];
        Write(data);
        return MerkleTree.Leaf(data);
    }

    /// <summary>Writes its <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        Author.Hash.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[Hash256.Size..], Sub);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(Hash256.Size + 8)..], Seq);
        Hash.CopyTo(bytes[(Hash256.Size + 16)..]);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ChainHead Read(ReadOnlySpan<byte> bytes) => new(
        new NodeId(new Hash256(bytes[..Hash256.Size])),
        BinaryPrimitives.ReadInt64BigEndian(bytes[Hash256.Size..]),
        BinaryPrimitives.ReadInt64BigEndian(bytes[(Hash256.Size + 8)..]),
        new Hash256(bytes[(Hash256.Size + 16)..Size]));
}
