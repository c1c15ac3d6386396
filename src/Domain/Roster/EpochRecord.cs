using System.Buffers.Binary;
using System.Collections.Immutable;

namespace AkkaCompute.Domain.Roster;

/// <summary>
/// What an epoch was drawn from: each record names the hash of the one before, so that the last one fixes all of
/// history. Two records are equal if their hashes are; signatures are outside the hash, as each signs it.
/// </summary>
public sealed class EpochRecord : IEquatable<EpochRecord>
{
    /// <summary>The most reveals of one epoch, so that a record with as many signatures fits into one message.</summary>
    public const int MaxReveals = 256;

    private const int FixedSize = 8 + 4 * Hash256.Size + 2;
    private const int RevealSize = 2 * Hash256.Size + 4;

    private static ReadOnlySpan<byte> Tag => "akkacompute/epoch-record/1"u8;
    private static ReadOnlySpan<byte> BeaconTag => "akkacompute/beacon/1"u8;

    /// <param name="number">From 1.</param>
    /// <param name="previous">The hash of the record before; zero for the first.</param>
    /// <exception cref="ArgumentException">No reveal, more than <see cref="MaxReveals"/>, or not rising by anchor; or number 0.</exception>
    public EpochRecord(Epoch number, Hash256 previous, Hash256 rosterRoot, Hash256 tasksRoot,
        ImmutableArray<Reveal> reveals, ImmutableArray<ImmutableArray<byte>> signatures = default)
    {
        if (number == Epoch.None)
            throw new ArgumentException("number: epoch 0 has no record.", nameof(number));
        if (reveals.IsDefaultOrEmpty || reveals.Length > MaxReveals)
            throw new ArgumentException($"reveals: not between 1 and {MaxReveals}.", nameof(reveals));
        for (var i = 1; i < reveals.Length; i++)
        {
            if (reveals[i].Anchor <= reveals[i - 1].Anchor)
                throw new ArgumentException("reveals: not in the order of their anchors.", nameof(reveals));
        }
        (Number, Previous, RosterRoot, TasksRoot, Reveals) = (number, previous, rosterRoot, tasksRoot, reveals);
        Signatures = signatures.IsDefault ? [] : signatures;
        Beacon = BeaconOf(previous, reveals);
        Hash = Hash256.Of([.. Tag, .. ToBytes()]);
    }

    public Epoch Number { get; }
    public Hash256 Previous { get; }

    /// <summary>Who can be drawn: <see cref="MemberSet.Root"/>.</summary>
    public Hash256 RosterRoot { get; }

    /// <summary>What this epoch's beacon draws, handed in before it was known: <see cref="DrawRequest.Root"/>.</summary>
    public Hash256 TasksRoot { get; }

    public ImmutableArray<Reveal> Reveals { get; }

    /// <summary>The epoch's random value: <see cref="BeaconOf"/>. Not chosen, and so no argument.</summary>
    public Hash256 Beacon { get; }

    /// <summary>Of <see cref="Hash"/>, by the cluster nodes. Empty so far.</summary>
    public ImmutableArray<ImmutableArray<byte>> Signatures { get; }

    /// <summary>SHA-256("akkacompute/epoch-record/1" ‖ <see cref="ToBytes"/>).</summary>
    public Hash256 Hash { get; }

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
    /// Number (u64) ‖ previous ‖ roster root ‖ tasks root ‖ beacon ‖ number of reveals (u16) ‖ each as anchor, index
    /// (u32), link. Big-endian, without the signatures.
    /// </summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[FixedSize + Reveals.Length * RevealSize];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Number.Number);
        var rest = bytes.AsSpan(8);
        foreach (var hash in (ReadOnlySpan<Hash256>)[Previous, RosterRoot, TasksRoot, Beacon])
        {
            hash.CopyTo(rest);
            rest = rest[Hash256.Size..];
        }
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)Reveals.Length);
        rest = rest[2..];
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
    /// <exception cref="FormatException">It is no record, or its beacon is not what its reveals make.</exception>
    public static EpochRecord Parse(ReadOnlySpan<byte> bytes, ImmutableArray<ImmutableArray<byte>> signatures = default)
    {
        if (bytes.Length < FixedSize)
            throw new FormatException($"epoch record: {bytes.Length} bytes, less than {FixedSize}.");
        var count = BinaryPrimitives.ReadUInt16BigEndian(bytes[(FixedSize - 2)..]);
        if (bytes.Length != FixedSize + count * RevealSize)
            throw new FormatException($"epoch record: {bytes.Length} bytes do not fit {count} reveals.");
        var reveals = ImmutableArray.CreateBuilder<Reveal>(count);
        for (var rest = bytes[FixedSize..]; rest.Length > 0; rest = rest[RevealSize..])
        {
            reveals.Add(new Reveal(HashAt(rest, 0), BinaryPrimitives.ReadUInt32BigEndian(rest[Hash256.Size..]),
                HashAt(rest, Hash256.Size + 4)));
        }
        try
        {
            var record = new EpochRecord(new Epoch(BinaryPrimitives.ReadUInt64BigEndian(bytes)), HashAt(bytes, 8),
                HashAt(bytes, 40), HashAt(bytes, 72), reveals.MoveToImmutable(), signatures);
            return record.Beacon == HashAt(bytes, 104)
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
