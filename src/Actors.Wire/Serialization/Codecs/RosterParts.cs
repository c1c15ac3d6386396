using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using Google.Protobuf;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

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
        Heads = Write(delta.Heads),
        Standings = { delta.Standings.Map(Write) },
        Bans = { delta.Bans.Map(static ban => new P.Ban { Id = ban.NodeId.Wire(), Proof = ban.Proof.Wire() }) },
        Period = delta.Period.Number,
    };

    public static RosterDelta Read(P.RosterDelta? delta, string field) => new(
        ReadRecord(delta.Need(field).Record),
        MemberTable.Read(delta!.Joined.Need($"{field}.joined")),
        Hashes(delta.Left, static hash => new NodeId(hash), $"{field}.left"),
        Frozen(delta.NodesChanged.Map(Read)),
        [.. delta.NodesGone],
        ReadRequests(delta.Entered, $"{field}.entered"))
    {
        Heads = ReadHeads(delta.Heads, $"{field}.heads"),
        Standings = Frozen(delta.Standings.Map(Read)),
        Bans = Frozen(delta.Bans.Map(static ban => new BanProof(ban.Id.NodeId("ban.id"), ban.Proof.Memory))),
        Period = new Epoch(delta.Period),
    };

    public static P.EpochRecord Write(EpochRecord record) => new()
    {
        Content = UnsafeByteOperations.UnsafeWrap(record.ToBytes()),
        RevealSignatures = Signatures(record.Shown.Map(static shown => shown.Signature)),
        Signers = Hashes(record.Signatures, static signature => signature.Node.Hash),
        Signatures = Signatures(record.Signatures.Map(static signature => signature.Signature)),
    };

    public static EpochRecord ReadRecord(P.EpochRecord? record)
    {
        var written = record.Need("record");
        try
        {
            var shown = Signatures(written.RevealSignatures, "record.reveal_signatures");
            var signers = Hashes(written.Signers, static hash => new NodeId(hash), "record.signers");
            var signatures = Signatures(written.Signatures, "record.signatures");
            if (signers.Length != signatures.Length)
                throw new FieldException("record.signatures", $"{signatures.Length} signatures of {signers.Length} nodes.");
            return EpochRecord.Parse(
                written.Content.Span, Frozen(shown),
                [.. signers.Zip(signatures, static (node, signature) => new RecordSignature(node, signature))]);
        }
        catch (FormatException wrong)
        {
            throw new FieldException("record", wrong.Message);
        }
    }

    public static ByteString Write(EpochFreeze frozen) => UnsafeByteOperations.UnsafeWrap(frozen.ToBytes());

    public static EpochFreeze ReadFreeze(ByteString bytes)
    {
        try
        {
            return EpochFreeze.Parse(bytes.Span);
        }
        catch (FormatException wrong)
        {
            throw new FieldException("frozen", wrong.Message);
        }
    }

    public static ImmutableArray<byte> Signature(ByteString bytes, string field) => bytes.Length == PublicKey.SignatureSize
        ? Frozen(bytes.ToByteArray())
        : throw new FieldException(field, $"{bytes.Length} bytes, but a signature has {PublicKey.SignatureSize}.");

    public static P.CommittedNode Write(CommittedNode node) => new()
    {
        Key = UnsafeByteOperations.UnsafeWrap(node.Key.ToBytes()),
        Info = node.Info is null ? null : Write(node.Info),
        Revealed = node.Revealed,
        Link = node.Link.Wire(),
        Misses = node.Misses,
        Aside = node.Aside.Number,
        Faithful = node.Faithful,
    };

    public static CommittedNode Read(P.CommittedNode node)
    {
        var (key, info) = (node.Key.PublicKey("node.key"), node.Info is null ? null : Read(node.Info));
        if (info is not null && info.Key != key)
            throw new FieldException("node.info", "another key.");
        if (node.Misses < 0 || node.Faithful < 0)
            throw new FieldException("node", "a number below 0.");
        return new CommittedNode(key, info, node.Revealed, node.Link.Hash("node.link"), node.Misses, new Epoch(node.Aside), node.Faithful);
    }

    private static ByteString Signatures(ImmutableArray<byte>[] signatures)
    {
        var bytes = new byte[signatures.Length * PublicKey.SignatureSize];
        for (var i = 0; i < signatures.Length; i++)
            signatures[i].CopyTo(bytes, i * PublicKey.SignatureSize);
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static ImmutableArray<byte>[] Signatures(ByteString bytes, string field) =>
        Rows(bytes, PublicKey.SignatureSize, static row => Frozen(row.ToArray()), field);

    public static P.NodeInfo Write(NodeInfo node) => new()
    {
        Address = node.Address,
        Slots = node.Slots,
        Key = UnsafeByteOperations.UnsafeWrap(node.Key.ToBytes()),
        Anchor = node.Anchor.Wire(),
        Speaks = node.Speaks,
    };

    public static NodeInfo Read(P.NodeInfo node)
    {
        try
        {
            return new NodeInfo(node.Address, node.Slots, node.Key.PublicKey("node.key"), node.Anchor.Hash("node.anchor"))
            {
                Speaks = node.Speaks,
            };
        }
        catch (ArgumentException wrong)
        {
            throw new FieldException("node", wrong.Message);
        }
    }

    public static P.Reveal Write(Reveal reveal) => new() { Anchor = reveal.Anchor.Wire(), Index = reveal.Index, Link = reveal.Link.Wire() };

    public static Reveal Read(P.Reveal reveal) => new(reveal.Anchor.Hash("reveal.anchor"), reveal.Index, reveal.Link.Hash("reveal.link"));

    public static ByteString Write(ImmutableArray<DrawRequest> requests)
    {
        var bytes = new byte[requests.Length * DrawRequest.Size];
        for (var i = 0; i < requests.Length; i++)
            requests[i].Write(bytes.AsSpan(i * DrawRequest.Size));
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<DrawRequest> ReadRequests(ByteString bytes, string field)
    {
        var requests = Frozen(Rows(bytes, DrawRequest.Size, DrawRequest.Read, field));
        foreach (var request in requests)
        {
            if (request.Flaw is { } flaw)
                throw new FieldException(field, flaw);
        }
        return requests;
    }

    public static ByteString Write(ImmutableArray<ChainHead> heads)
    {
        var bytes = new byte[heads.Length * ChainHead.Size];
        for (var i = 0; i < heads.Length; i++)
            heads[i].Write(bytes.AsSpan(i * ChainHead.Size));
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    public static ImmutableArray<ChainHead> ReadHeads(ByteString bytes, string field)
    {
        var heads = Frozen(Rows(bytes, ChainHead.Size, ChainHead.Read, field));
        foreach (var head in heads)
        {
            if (head.Sub < 0 || head.Seq < 0)
                throw new FieldException(field, $"chain {head.Sub}, entry {head.Seq}: below 0.");
        }
        return heads;
    }

    public static P.StandingChange Write(StandingChange change) =>
        new() { Id = change.NodeId.Wire(), Standing = (P.Standing)change.Standing };

    public static StandingChange Read(P.StandingChange change) => new(
        change.Id.NodeId("change.id"), Fields.Known<Standing>((int)change.Standing, "change.standing"));

    public static P.ShownHead Write(ShownHead shown) => new()
    {
        Epoch = shown.Epoch.Number,
        Heads = Write(shown.Head is { } head ? [head] : ImmutableArray<ChainHead>.Empty),
        Index = shown.Proof?.InBucket.Index ?? 0,
        Size = shown.Proof?.InBucket.Size ?? 0,
        Path = Hashes([.. shown.Proof?.InBucket.Path ?? []], static hash => hash),
        OfBucket = Hashes([.. shown.Proof?.OfBucket ?? []], static hash => hash),
    };

    public static ShownHead Read(P.ShownHead shown) => ReadHeads(shown.Heads, "heads") is [var head, ..]
        ? new ShownHead(
            new Epoch(shown.Epoch), head,
            new MerkleSetProof<ChainName, ChainHead>(
                new LeafProof(shown.Index, shown.Size, Hashes(shown.Path, static hash => hash, "path")),
                Hashes(shown.OfBucket, static hash => hash, "ofBucket")))
        : new ShownHead(new Epoch(shown.Epoch), null, null);

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
        return Frozen(Rows(bytes, Hash256.Size, row => make(new Hash256(row)), field));
    }

    private static T[] Rows<T>(ByteString bytes, int size, RowReader<T> read, string field)
    {
        var (count, rest) = Math.DivRem(bytes.Length, size);
        if (rest != 0)
            throw new FieldException(field, $"{bytes.Length} bytes, not a multiple of {size}.");
        var rows = new T[count];
        for (var i = 0; i < count; i++)
            rows[i] = read(bytes.Span.Slice(i * size, size));
        return rows;
    }

    private delegate T RowReader<out T>(ReadOnlySpan<byte> row);

    /// <summary>An array that nobody else has.</summary>
    public static ImmutableArray<T> Frozen<T>(T[] rows) => ImmutableCollectionsMarshal.AsImmutableArray(rows);
}
