using System.Buffers.Binary;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>A cluster node as the records have it: what it announced, how far its chain is used, and how often it was missing.</summary>
/// <param name="Key">The node's own key.</param>
/// <param name="Info">What it announced; null where it has left, and only its misses are remembered.</param>
/// <param name="Revealed">The index of the last link of its chain that a record has; 0 before the first.</param>
/// <param name="Link">That link; the anchor before the first.</param>
/// <param name="Misses">How many of its reveals were missing and are not forgiven.</param>
/// <param name="Aside">The last epoch for which it is set aside; 0 where it never was.</param>
/// <param name="Faithful">Epochs that it has revealed in since the last miss or the last that was forgiven.</param>
public sealed record CommittedNode(
    PublicKey Key, NodeInfo? Info, uint Revealed, Hash256 Link, int Misses = 0, Epoch Aside = default, int Faithful = 0)
{
    /// <summary>The n-th miss sets aside for 2ⁿ epochs, and for 2¹⁰ at the most.</summary>
    public const int LargestPower = 10;

    /// <summary>A miss is forgiven after so many epochs of revealing.</summary>
    public const int ForgivenAfter = 1_000;

    /// <summary>A node that is new.</summary>
    public CommittedNode(NodeInfo info) : this(info.Key, info, 0, info.Anchor)
    {
    }

    public NodeId Id => Key.NodeId;

    /// <summary>Whether an epoch waits for its reveal, if the record before has it so.</summary>
    public bool IsCommitted(Epoch epoch) => Info is not null && Aside < epoch;

    /// <summary>What it announces now; a new chain begins at its anchor.</summary>
    public CommittedNode Announced(NodeInfo info) => Info is not null && Info.Anchor == info.Anchor
        ? this with { Info = info }
        : this with { Info = info, Revealed = 0, Link = info.Anchor };

    public CommittedNode Shown(Reveal reveal)
    {
        var faithful = Faithful + 1;
        var forgiven = Misses > 0 && faithful >= ForgivenAfter;
        var shown = this with { Faithful = forgiven || Misses == 0 ? 0 : faithful, Misses = forgiven ? Misses - 1 : Misses };
        return Info is not null && Info.Anchor == reveal.Anchor ? shown with { Revealed = reveal.Index, Link = reveal.Link } : shown;
    }

    public CommittedNode Missed(Epoch epoch)
    {
        var misses = Misses + 1;
        return this with { Misses = misses, Faithful = 0, Aside = new Epoch(epoch.Number + (1UL << Math.Min(misses, LargestPower))) };
    }

    /// <summary>
    /// key (32) ‖ anchor (32; zero where it has left) ‖ revealed (u32) ‖ link (32) ‖ misses (u32) ‖ aside (u64) ‖ faithful (u32),
    /// big-endian: what a leaf of the table is over. Where it is and how much it runs is left out, as with members.
    /// </summary>
    public byte[] ToBytes()
    {
        var leaf = new byte[NodeLeaf.Size];
        Key.CopyTo(leaf);
        (Info?.Anchor ?? default).CopyTo(leaf.AsSpan(32));
        BinaryPrimitives.WriteUInt32BigEndian(leaf.AsSpan(64), Revealed);
        Link.CopyTo(leaf.AsSpan(68));
        BinaryPrimitives.WriteInt32BigEndian(leaf.AsSpan(100), Misses);
        BinaryPrimitives.WriteUInt64BigEndian(leaf.AsSpan(104), Aside.Number);
        BinaryPrimitives.WriteInt32BigEndian(leaf.AsSpan(112), Faithful);
        return leaf;
    }

    /// <summary>H(0 ‖ <see cref="ToBytes"/>).</summary>
    public Hash256 ToLeaf() => MerkleTree.Leaf(ToBytes());
}
