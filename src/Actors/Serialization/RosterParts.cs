using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization;

/// <summary>Records, changes and nodes of the roster.</summary>
internal static class RosterParts
{
    public static P.RosterDelta Write(RosterDelta delta) => new()
    {
        Record = Write(delta.Record),
        Joined = MemberTable.Write(delta.Joined),
        Left = Hashes(delta.Left, static id => id.Hash),
        NodesChanged = { delta.NodesChanged.Map(Write) },
        NodesGone = { delta.NodesGone },
        Entered = Write(delta.Entered),
    };

    public static RosterDelta Read(P.RosterDelta? delta, string field) => new(
        ReadRecord(delta.Need(field).Record),
        MemberTable.Read(delta!.Joined.Need($"{field}.joined")),
        Hashes(delta.Left, static hash => new NodeId(hash), $"{field}.left"),
        Frozen(delta.NodesChanged.Map(Read)),
        [.. delta.NodesGone],
        ReadPages(delta.Entered, $"{field}.entered"));

    public static P.EpochRecord Write(EpochRecord record) => new()
    {
        Content = UnsafeByteOperations.UnsafeWrap(record.ToBytes()),
        Signatures = { record.Signatures.Map(static signature => ByteString.CopyFrom(signature.AsSpan())) },
    };

    public static EpochRecord ReadRecord(P.EpochRecord? record)
    {
        var written = record.Need("record");
        try
        {
            return EpochRecord.Parse(
                written.Content.Span, Frozen(written.Signatures.Map(static signature => Frozen(signature.ToByteArray()))));
        }
        catch (FormatException wrong)
        {
            throw new FieldException("record", wrong.Message);
        }
    }

    public static P.NodeInfo Write(NodeInfo node) => new() { Address = node.Address, Slots = node.Slots };

    public static NodeInfo Read(P.NodeInfo node)
    {
        try
        {
            return new NodeInfo(node.Address, node.Slots);
        }
        catch (ArgumentException wrong)
        {
            throw new FieldException("node", wrong.Message);
        }
    }

    public static P.Reveal Write(Reveal reveal) => new() { Anchor = reveal.Anchor.Wire(), Index = reveal.Index, Link = reveal.Link.Wire() };

    public static Reveal Read(P.Reveal reveal) => new(reveal.Anchor.Hash("reveal.anchor"), reveal.Index, reveal.Link.Hash("reveal.link"));

    public static ByteString Write(ImmutableArray<PageEntry> entries)
    {
        var bytes = new byte[entries.Length * 2 * Hash256.Size];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i].Id.CopyTo(bytes.AsSpan(2 * i * Hash256.Size));
            entries[i].PageRoot.CopyTo(bytes.AsSpan(((2 * i) + 1) * Hash256.Size));
        }
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<PageEntry> ReadPages(ByteString bytes, string field)
    {
        var hashes = Hashes(bytes, static hash => hash, field);
        if (hashes.Length % 2 != 0)
            throw new FieldException(field, $"{bytes.Length} bytes, not a multiple of {2 * Hash256.Size}.");
        var entries = new PageEntry[hashes.Length / 2];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = new PageEntry(hashes[2 * i], hashes[(2 * i) + 1]);
        return Frozen(entries);
    }

    /// <summary>Ids, one after the other.</summary>
    public static ByteString Hashes<T>(ImmutableArray<T> rows, Func<T, Hash256> hash)
    {
        var bytes = new byte[rows.Length * Hash256.Size];
        for (var i = 0; i < rows.Length; i++)
            hash(rows[i]).CopyTo(bytes.AsSpan(i * Hash256.Size));
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<T> Hashes<T>(ByteString bytes, Func<Hash256, T> make, string field)
    {
        var (count, rest) = Math.DivRem(bytes.Length, Hash256.Size);
        if (rest != 0)
            throw new FieldException(field, $"{bytes.Length} bytes, not a multiple of {Hash256.Size}.");
        var rows = new T[count];
        for (var i = 0; i < count; i++)
            rows[i] = make(new Hash256(bytes.Span.Slice(i * Hash256.Size, Hash256.Size)));
        return Frozen(rows);
    }

    /// <summary>An array that nobody else has.</summary>
    public static ImmutableArray<T> Frozen<T>(T[] rows) => ImmutableCollectionsMarshal.AsImmutableArray(rows);
}
