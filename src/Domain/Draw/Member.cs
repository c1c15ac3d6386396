using System.Buffers.Binary;
using System.Text;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Draw;

/// <summary>A c-node in the roster, and the cluster node that holds its session. Equal by value.</summary>
public sealed record Member : IMerkleItem<NodeId>
{
    public const int MaxOwner = 128;

    /// <summary>Epochs from the declaration on before a c-node can be drawn: nobody narrows a draw that he can see coming.</summary>
    public const ulong EpochsToDraw = 2;

    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    private readonly Rotated? _rotated; // few have one, and a roster has a million members

    /// <exception cref="ArgumentException">A text is empty or over its limit, or has lone surrogates or control characters.</exception>
    public Member(
        NodeId id, string nodeAddress, CapabilitySet capabilities, string? owner = null, Epoch declared = default,
        Standing standing = Standing.Newcomer)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        if (owner is not null)
            Check(owner, nameof(owner), MaxOwner);
        NodeInfo.CheckAddress(nodeAddress);
        if (!Enum.IsDefined(standing))
            throw new ArgumentException($"standing: {standing} is none.", nameof(standing));
        (Id, NodeAddress, Capabilities, Owner, Declared, Standing) = (id, nodeAddress, capabilities, owner, declared, standing);
    }

    public NodeId Id { get; }

    /// <summary>The address of the cluster node, such as <c>akka.tcp://AkkaCompute@10.0.0.1:4054</c>.</summary>
    public string NodeAddress { get; }

    public CapabilitySet Capabilities { get; }

    /// <summary>Who runs it, as far as they say so: a courtesy to whoever wants diverse groups, never a defence.</summary>
    public string? Owner { get; }

    /// <summary>The epoch in which its declaration with these capabilities was appended.</summary>
    public Epoch Declared { get; }

    public Standing Standing { get; init; }

    /// <summary>The key that it signs with, where that is not its first one any more; null where its NodeId is the key's hash.</summary>
    /// <exception cref="ArgumentException">It is the first one, which is written as none.</exception>
    public PublicKey? Key
    {
        get => _rotated?.Key;
        init => _rotated = value is not { } key ? null
            : key.NodeId != Id ? new Rotated(key)
            : throw new ArgumentException("key: the first one of the c-node, whose NodeId says it.", nameof(value));
    }

    /// <summary>Whether this is the key that it signs with.</summary>
    public bool SignsWith(PublicKey key) => Id.SignsWith(key, Key);

    /// <summary>Whether its declaration is old enough for this epoch, and it is not banned.</summary>
    public bool CanBeDrawn(Epoch epoch) =>
        Standing != Standing.Banned && epoch.Number >= EpochsToDraw && Declared.Number <= epoch.Number - EpochsToDraw;

    /// <summary>
    /// What the roster's root covers: NodeId (32) ‖ number of capabilities (u16) ‖ each as length (u16) and ASCII, in
    /// ordinal order ‖ owner as 0, or 1 and length (u16) and UTF-8 ‖ key as 0, or 1 and its bytes (32) where it is not the first
    /// one ‖ epoch of the declaration (u64) ‖ standing (u8).
    /// Big-endian. The address is left out: it has no part in a draw, changes with a reconnect, and is nobody's business
    /// outside the cluster.
    /// </summary>
    public byte[] ToLeaf()
    {
        var owner = Owner is null ? [] : _strict.GetBytes(Owner);
        var size = Hash256.Size + 2 + 1 + (Owner is null ? 0 : 2 + owner.Length) + 1 + (Key is null ? 0 : PublicKey.Size) + 8 + 1;
        foreach (var name in Capabilities)
            size += 2 + name.Length;

        var leaf = new byte[size];
        Id.Hash.CopyTo(leaf);
        var at = Hash256.Size;
        BinaryPrimitives.WriteUInt16BigEndian(leaf.AsSpan(at), (ushort)Capabilities.Count);
        at += 2;
        foreach (var name in Capabilities)
        {
            BinaryPrimitives.WriteUInt16BigEndian(leaf.AsSpan(at), (ushort)name.Length);
            at += 2 + Encoding.ASCII.GetBytes(name, leaf.AsSpan(at + 2));
        }
        if (Owner is not null)
        {
            leaf[at++] = 1;
            BinaryPrimitives.WriteUInt16BigEndian(leaf.AsSpan(at), (ushort)owner.Length);
            owner.CopyTo(leaf.AsSpan(at + 2));
            at += 2 + owner.Length;
        }
        else
        {
            at++;
        }
        if (Key is { } key)
        {
            leaf[at] = 1;
            key.CopyTo(leaf.AsSpan(at + 1));
        }
        BinaryPrimitives.WriteUInt64BigEndian(leaf.AsSpan(size - 9), Declared.Number);
        leaf[size - 1] = (byte)Standing;
        return leaf;
    }

    NodeId IMerkleItem<NodeId>.Key => Id;

    Hash256 IMerkleItem<NodeId>.LeafHash => MerkleTree.Leaf(ToLeaf());

    internal static void Check(string? text, string field, int max)
    {
        if (string.IsNullOrEmpty(text))
            throw new ArgumentException($"{field}: empty.", field);
        if (text.Length > max)
            throw new ArgumentException($"{field}: {text.Length} characters, more than {max}.", field);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune))
                throw new ArgumentException($"{field}: a control character or broken UTF-16.", field);
        }
    }

    private sealed record Rotated(PublicKey Key);
}
