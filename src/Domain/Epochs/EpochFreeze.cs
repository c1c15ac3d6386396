using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Epochs;

/// <summary>All of an epoch that is fixed before there is any chance in it: what the cluster nodes sign when they reveal.</summary>
/// <param name="Previous">The hash of the record before; zero for the first.</param>
/// <param name="Rules">The hash of the <see cref="TrustRules"/>.</param>
/// <param name="RosterRoot">Who can be drawn: the root of the members' <see cref="MerkleSet{TKey,TItem}"/>.</param>
/// <param name="NodesRoot">The cluster nodes: <see cref="NodeSet.Root"/>.</param>
/// <param name="TasksRoot">What this epoch's beacon draws: <see cref="DrawRequest.Root"/>.</param>
/// <param name="HeadsRoot">The heads of all chains there ever were: the root of their <see cref="MerkleSet{TKey,TItem}"/>.</param>
/// <param name="TrustRoot">The root of all trust of the last period; zero before the first.</param>
public sealed record EpochFreeze(
    Epoch Number, Hash256 Previous, Hash256 Rules, Hash256 RosterRoot, Hash256 NodesRoot, Hash256 TasksRoot, Hash256 HeadsRoot,
    Hash256 TrustRoot)
{
    public const int Size = 8 + 7 * Hash256.Size;

    private static ReadOnlySpan<byte> Tag => "akkacompute/reveal/1"u8;

    /// <summary>Number (u64) ‖ previous ‖ rules ‖ roster ‖ nodes ‖ tasks ‖ heads ‖ trust, big-endian.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Number.Number);
        var at = 8;
        foreach (var hash in (ReadOnlySpan<Hash256>)[Previous, Rules, RosterRoot, NodesRoot, TasksRoot, HeadsRoot, TrustRoot])
        {
            hash.CopyTo(bytes.AsSpan(at));
            at += Hash256.Size;
        }
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="FormatException">Another length, or number 0.</exception>
    public static EpochFreeze Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new FormatException($"freeze: {bytes.Length} bytes, not {Size}.");
        var number = new Epoch(BinaryPrimitives.ReadUInt64BigEndian(bytes));
        if (number == Epoch.None)
            throw new FormatException("freeze: epoch 0 has no record.");
        return new EpochFreeze(number, At(bytes, 0), At(bytes, 1), At(bytes, 2), At(bytes, 3), At(bytes, 4), At(bytes, 5), At(bytes, 6));

        static Hash256 At(ReadOnlySpan<byte> bytes, int index) => new(bytes.Slice(8 + index * Hash256.Size, Hash256.Size));
    }

    /// <summary>A node shows a link for exactly this.</summary>
    public SignedReveal Sign(KeyPair node, Reveal reveal) => new(reveal, [.. node.Sign(ToSign(reveal))]);

    /// <summary>Whether the node with this key showed the link for exactly this.</summary>
    public bool Verify(PublicKey key, SignedReveal shown) => key.Verify(ToSign(shown.Reveal), shown.Signature.AsSpan());

    /// <summary>"akkacompute/reveal/1" ‖ <see cref="ToBytes"/> ‖ anchor ‖ index (u32) ‖ link.</summary>
    private byte[] ToSign(Reveal reveal)
    {
        var index = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(index, reveal.Index);
        return [.. Tag, .. ToBytes(), .. reveal.Anchor.ToBytes(), .. index, .. reveal.Link.ToBytes()];
    }
}
