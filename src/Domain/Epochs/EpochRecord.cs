using System.Buffers.Binary;
using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster.Closing;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// What an epoch was drawn from: each record names the hash of the one before, so that the last one fixes all of
/// history. Two records are equal if their hashes are; signatures are outside the hash, as each signs it.
/// </summary>
public sealed partial class EpochRecord : IEquatable<EpochRecord>
{
    /// <summary>The most cluster nodes of one epoch, so that a record with all of their signatures fits into one message.</summary>
    public const int MaxReveals = RosterState.MaxNodes;

    private const int FixedSize = EpochFreeze.Size + Hash256.Size + 2;
    private const int RevealSize = 2 * Hash256.Size + 4;

    private static ReadOnlySpan<byte> Tag => "akkacompute/epoch-record/1"u8;
    private static ReadOnlySpan<byte> BeaconTag => "akkacompute/beacon/1"u8;
    private static ReadOnlySpan<byte> SignatureTag => "akkacompute/record-signature/1"u8;

    /// <param name="frozen">What was fixed before the reveals.</param>
    /// <param name="reveals">The reveals, in the order of their anchors.</param>
    /// <param name="signatures">In the order of their nodes.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxReveals"/> reveals or signatures, or one out of order; or number
    /// 0.</exception>
    public EpochRecord(EpochFreeze frozen, ImmutableArray<SignedReveal> reveals, ImmutableArray<RecordSignature> signatures = default)
    {
        ArgumentNullException.ThrowIfNull(frozen);
        if (frozen.Number == Epoch.None)
            throw new ArgumentException("number: epoch 0 has no record.", nameof(frozen));
        (Frozen, Signatures) = (frozen, signatures.IsDefault ? [] : signatures);
        if (reveals.IsDefault || reveals.Length > MaxReveals)
            throw new ArgumentException($"reveals: not 0 to {MaxReveals}.", nameof(reveals));
        if (Signatures.Length > MaxReveals)
            throw new ArgumentException($"signatures: not 0 to {MaxReveals}.", nameof(signatures));
        for (var i = 1; i < reveals.Length; i++)
        {
            if (reveals[i].Reveal.Anchor <= reveals[i - 1].Reveal.Anchor)
                throw new ArgumentException("reveals: not in the order of their anchors.", nameof(reveals));
        }
        for (var i = 1; i < Signatures.Length; i++)
        {
            if (Signatures[i].Node <= Signatures[i - 1].Node)
                throw new ArgumentException("signatures: not in the order of their nodes.", nameof(signatures));
        }
        Shown = reveals;
        Reveals = [.. reveals.Select(shown => shown.Reveal)];
        Beacon = BeaconOf(frozen.Previous, Reveals);
        Hash = Hash256.Of([.. Tag, .. ToBytes()]);
    }

    /// <summary>What was fixed before the reveals.</summary>
    public EpochFreeze Frozen { get; }

    public Epoch Number => Frozen.Number;
    public Hash256 Previous => Frozen.Previous;
    public Hash256 RulesHash => Frozen.Rules;
    public Hash256 RosterRoot => Frozen.RosterRoot;
    public Hash256 NodesRoot => Frozen.NodesRoot;
    public Hash256 TasksRoot => Frozen.TasksRoot;
    public Hash256 HeadsRoot => Frozen.HeadsRoot;
    public Hash256 TrustRoot => Frozen.TrustRoot;

    /// <summary>The reveals, in the order of their anchors.</summary>
    public ImmutableArray<Reveal> Reveals { get; }

    /// <summary>The reveals with the signatures of those who showed them.</summary>
    public ImmutableArray<SignedReveal> Shown { get; }

    /// <summary>The epoch's random value: <see cref="BeaconOf"/>. Not chosen, and so no argument.</summary>
    public Hash256 Beacon { get; }

    /// <summary>The cluster nodes' signatures of <see cref="Hash"/>.</summary>
    public ImmutableArray<RecordSignature> Signatures { get; }

    /// <summary>SHA-256("akkacompute/epoch-record/1" ‖ <see cref="ToBytes"/>).</summary>
    public Hash256 Hash { get; }

    /// <summary>The link of this chain that was shown, or null.</summary>
    public Reveal? RevealOf(Hash256 anchor)
    {
        foreach (var reveal in Reveals)
        {
            if (reveal.Anchor == anchor)
                return reveal;
        }
        return null;
    }

    /// <summary>A node's signature of "akkacompute/record-signature/1" ‖ <see cref="Hash"/>.</summary>
    public RecordSignature Sign(KeyPair node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new RecordSignature(node.NodeId, [.. node.Sign([.. SignatureTag, .. Hash.ToBytes()])]);
    }

    /// <summary>Whether the node with this key signed the record so.</summary>
    public bool Verify(PublicKey key, RecordSignature signature) =>
        key.NodeId == signature.Node && key.Verify([.. SignatureTag, .. Hash.ToBytes()], signature.Signature.AsSpan());

    /// <summary>The same record with these signatures.</summary>
    public EpochRecord With(ImmutableArray<RecordSignature> signatures) => new(Frozen, Shown, signatures);

    /// <summary>
    /// SHA-256("akkacompute/beacon/1" ‖ previous record's hash ‖ number of reveals (u16) ‖ each reveal's link), big-endian.
    /// </summary>
    public static Hash256 BeaconOf(Hash256 previous, ImmutableArray<Reveal> reveals)
    {
        var data = new byte[BeaconTag.Length + Hash256.Size + 2 + reveals.Length * Hash256.Size];
        BeaconTag.CopyTo(data);
        var rest = data.AsSpan(BeaconTag.Length);
        previous.CopyTo(rest);
        BinaryPrimitives.WriteUInt16BigEndian(rest[Hash256.Size..], (ushort)reveals.Length);
        rest = rest[(Hash256.Size + 2)..];
        foreach (var reveal in reveals)
        {
            reveal.Link.CopyTo(rest);
            rest = rest[Hash256.Size..];
        }
        return Hash256.Of(data);
    }

    /// <summary>
    /// <see cref="EpochFreeze.ToBytes"/> ‖ beacon ‖ number of reveals (u16) ‖ each as anchor, index (u32), link. Big-endian,
    /// without any signature.
    /// </summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[FixedSize + Reveals.Length * RevealSize];
        Frozen.ToBytes().CopyTo(bytes, 0);
        Beacon.CopyTo(bytes.AsSpan(EpochFreeze.Size));
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(FixedSize - 2), (ushort)Reveals.Length);
        var rest = bytes.AsSpan(FixedSize);
        foreach (var reveal in Reveals)
        {
            reveal.Anchor.CopyTo(rest);
            BinaryPrimitives.WriteUInt32BigEndian(rest[Hash256.Size..], reveal.Index);
            reveal.Link.CopyTo(rest[(Hash256.Size + 4)..]);
            rest = rest[RevealSize..];
        }
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="revealSignatures">One for each reveal.</param>
    /// <exception cref="FormatException">It is no record, or its beacon is not what its reveals make.</exception>
    public static EpochRecord Parse(
        ReadOnlySpan<byte> bytes, ImmutableArray<ImmutableArray<byte>> revealSignatures, ImmutableArray<RecordSignature> signatures)
    {
        if (bytes.Length < FixedSize)
            throw new FormatException($"epoch record: {bytes.Length} bytes, less than {FixedSize}.");
        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[(FixedSize - 2)..]);
        if (bytes.Length != FixedSize + count * RevealSize)
            throw new FormatException($"epoch record: {bytes.Length} bytes do not fit {count} reveals.");
        if (revealSignatures.Length != count)
            throw new FormatException($"epoch record: {revealSignatures.Length} signatures of {count} reveals.");
        var reveals = ImmutableArray.CreateBuilder<SignedReveal>(count);
        for (var i = 0; i < count; i++)
        {
            var row = bytes.Slice(FixedSize + i * RevealSize, RevealSize);
            var reveal =
                new Reveal(HashAt(row, 0), BinaryPrimitives.ReadUInt32BigEndian(row[Hash256.Size..]), HashAt(row, Hash256.Size + 4));
            reveals.Add(new SignedReveal(reveal, revealSignatures[i]));
        }
        try
        {
            var record = new EpochRecord(EpochFreeze.Parse(bytes[..EpochFreeze.Size]), reveals.MoveToImmutable(), signatures);
            return record.Beacon == HashAt(bytes, EpochFreeze.Size)
                ? record
                : throw new FormatException("epoch record: its beacon is not what its reveals make.");
        }
        catch (ArgumentException wrong)
        {
            throw new FormatException($"epoch record: {wrong.Message}", wrong);
        }
    }

    public bool Equals(EpochRecord? other) => other is not null && Hash == other.Hash;

    public override bool Equals(object? obj) => Equals(obj as EpochRecord);

    public override int GetHashCode() => Hash.GetHashCode();

    public override string ToString() => $"epoch {Number} {Hash}";

    private static Hash256 HashAt(ReadOnlySpan<byte> bytes, int at) => new(bytes.Slice(at, Hash256.Size));
}
