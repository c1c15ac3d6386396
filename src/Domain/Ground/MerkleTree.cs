using System.Buffers;
using System.Numerics;

namespace AkkaCompute.Domain.Ground;

/// <summary>
/// The Merkle tree of RFC 6962, 2.1, over SHA-256: a leaf hashes as H(0 ‖ data), a node as H(1 ‖ left ‖ right), the
/// empty tree as H(). Leaves are given as their hashes (<see cref="Leaf"/>), so that they can be kept and used again.
/// About 0.4 µs a hash.
/// </summary>
public static class MerkleTree
{
    /// <summary>The most hashes a proof can have: a tree of 2⁶³ leaves.</summary>
    public const int MaxProof = 63;

    /// <summary>The root of no leaves: SHA-256 of nothing.</summary>
    public static Hash256 EmptyRoot { get; } = Hash256.Of([]);

    /// <summary>H(0 ‖ data).</summary>
    public static Hash256 Leaf(ReadOnlySpan<byte> data)
    {
        const int OnStack = 512;
        var rented = data.Length < OnStack ? null : ArrayPool<byte>.Shared.Rent(data.Length + 1);
        var buffer = rented ?? stackalloc byte[OnStack];
        buffer[0] = 0;
        data.CopyTo(buffer[1..]);
        var hash = Hash256.Of(buffer[..(data.Length + 1)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    /// <summary>H(1 ‖ left ‖ right).</summary>
    public static Hash256 Node(Hash256 left, Hash256 right)
    {
        Span<byte> data = stackalloc byte[1 + 2 * Hash256.Size];
        data[0] = 1;
        left.CopyTo(data[1..]);
        right.CopyTo(data[(1 + Hash256.Size)..]);
        return Hash256.Of(data);
    }

    /// <summary>The root over leaf hashes, in their order. One hash less than there are leaves.</summary>
    public static Hash256 Root(ReadOnlySpan<Hash256> leaves) => leaves.Length switch
    {
        0 => EmptyRoot,
        1 => leaves[0],
        _ => Node(Root(leaves[..Left(leaves.Length)]), Root(leaves[Left(leaves.Length)..])),
    };

    /// <summary>The audit path of RFC 6962, 2.1.1, for one leaf: the neighbours from the leaf to the root.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static Hash256[] Prove(ReadOnlySpan<Hash256> leaves, int index) =>
        Prove(Levels(leaves.ToArray()), index);

    /// <summary>
    /// All nodes, level by level from the leaves to the root, for many proofs of one tree: a node without a neighbour on its right is on
    /// the next level as it is. As many hashes as for the root.
    /// </summary>
    /// <param name="leaves">Kept, not copied.</param>
    internal static Hash256[][] Levels(Hash256[] leaves)
    {
        var levels = new List<Hash256[]> { leaves };
        while (levels[^1] is { Length: > 1 } below)
        {
            var level = new Hash256[(below.Length + 1) / 2];
            for (var i = 0; i < level.Length; i++)
                level[i] = 2 * i + 1 < below.Length ? Node(below[2 * i], below[2 * i + 1]) : below[2 * i];
            levels.Add(level);
        }
        return [.. levels];
    }

    /// <summary>As <see cref="Prove(ReadOnlySpan{Hash256}, int)"/>, from what <see cref="Levels"/> gives: nothing is hashed.</summary>
    internal static Hash256[] Prove(Hash256[][] levels, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, levels[0].Length);
        var path = new List<Hash256>(levels.Length);
        foreach (var level in levels)
        {
            if ((index ^ 1) < level.Length)
                path.Add(level[index ^ 1]);
            index >>= 1;
        }
        return [.. path];
    }

    /// <summary>Whether a leaf hash is at <paramref name="index"/> of the tree with this root and size.</summary>
    public static bool Verify(Hash256 root, long size, Hash256 leaf, long index, ReadOnlySpan<Hash256> proof) =>
        TryFold(size, leaf, index, proof, out var found) && found == root;

    /// <summary>The root that a proof leads to (RFC 9162, 2.1.3.2); false where it does not fit the size and the place.</summary>
    public static bool TryFold(long size, Hash256 leaf, long index, ReadOnlySpan<Hash256> proof, out Hash256 root)
    {
        root = leaf;
        if (index < 0 || index >= size || proof.Length > MaxProof)
            return false;
        var (node, last) = (index, size - 1);
        foreach (var neighbour in proof)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                root = Node(neighbour, root);
                // A right edge has no neighbour on its level: up to where it has one.
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                root = Node(root, neighbour);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0;
    }

    /// <summary>How many leaves go to the left: the largest power of two below the number.</summary>
    private static int Left(int count) => 1 << BitOperations.Log2((uint)count - 1);
}
