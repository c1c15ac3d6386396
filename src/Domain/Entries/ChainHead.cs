using System.Buffers.Binary;
using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Entries;

/// <summary>The last entry of a chain, as a record anchors it.</summary>
/// <param name="Author">Whose chain.</param>
/// <param name="Sub">Which of his.</param>
/// <param name="Seq">The entry's number.</param>
/// <param name="Hash">The entry's hash.</param>
public readonly record struct ChainHead(NodeId Author, long Sub, long Seq, Hash256 Hash)
{
    /// <summary>The leaf in a record's root of chain heads: H(0 ‖ author ‖ sub (u64) ‖ seq (u64) ‖ hash), big-endian.</summary>
    public Hash256 ToLeaf()
    {
        Span<byte> data = stackalloc byte[2 * Hash256.Size + 16];
        Author.Hash.CopyTo(data);
        BinaryPrimitives.WriteInt64BigEndian(data[Hash256.Size..], Sub);
        BinaryPrimitives.WriteInt64BigEndian(data[(Hash256.Size + 8)..], Seq);
        Hash.CopyTo(data[(Hash256.Size + 16)..]);
        return MerkleTree.Leaf(data);
    }
}
