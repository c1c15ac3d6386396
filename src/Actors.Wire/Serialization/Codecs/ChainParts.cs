using System.Collections.Immutable;
using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Google.Protobuf;
using static AkkaCompute.Domain.Chains.ChainProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>The snapshot of an author's chains. Lists are written in rising order, so that equal ones have equal bytes.</summary>
internal static class ChainParts
{
    public static P.ChainSnapshot Write(ChainSnapshot snapshot)
    {
        var chains = snapshot.Chains;
        return new P.ChainSnapshot
        {
            Id = chains.Author.Wire(),
            Chains = { chains.Chains.OrderBy(chain => chain.Key).Select(chain => Write(chain.Value)) },
            Count = chains.Count,
            Last = chains.Last.Number,
            Declaration = chains.Declaration?.Entry.Bytes.Wire() ?? ByteString.Empty,
            Declared = chains.Declaration?.In.Number ?? 0,
            Lent = chains.Lent is { } lent ? Write(lent) : null,
            Contested = { chains.Contested },
            Fork = chains.Fork is { } fork ? Write(fork) : null,
            Forked = { chains.Forked.Order() },
            MarkSequence = { snapshot.Index.Marks.Select(mark => mark.Sequence) },
            MarkIndex = { snapshot.Index.Marks.Select(mark => mark.Index) },
            OpenedPeriod = chains.Opened.Period,
            Opened = chains.Opened.Count,
            OpenedBefore = chains.Opened.Before,
            Turn = chains.Turn,
        };
    }

    public static ChainSnapshot Read(P.ChainSnapshot snapshot)
    {
        if (snapshot.MarkIndex.Count != snapshot.MarkSequence.Count)
            throw new FieldException(
                "mark_index", $"{snapshot.MarkIndex.Count} of them, but {snapshot.MarkSequence.Count} of mark_sequence.");
        var author = snapshot.Id.NodeId("id");
        var chains = ImmutableDictionary.CreateBuilder<long, KeptChain>();
        foreach (var chain in snapshot.Chains)
            chains[chain.Sub] = Read(chain, author);
        return new ChainSnapshot(
            new AuthorChains(
                author, chains.ToImmutable(), snapshot.Count, new Epoch(snapshot.Last),
                snapshot.Declaration.IsEmpty ? null : (ReadEntry(snapshot.Declaration, "declaration"), new Epoch(snapshot.Declared)),
                snapshot.Lent is null ? null : Read(snapshot.Lent), [.. snapshot.Contested],
                snapshot.Fork is null ? null : Read(snapshot.Fork), [.. snapshot.Forked])
            {
                Opened = new Openings(snapshot.OpenedPeriod, snapshot.Opened, snapshot.OpenedBefore),
                Turn = snapshot.Turn,
            },
            new EntryIndex([.. snapshot.MarkSequence.Zip(snapshot.MarkIndex, (sequence, index) => new EntryMark(sequence, index))]));
    }

    public static P.PlaceLent Write(PlaceLent lent) => new()
    {
        Id = lent.NodeId.Wire(), Holder = lent.Holder.Wire(), Seq = lent.Seq, UntilTicks = lent.Until.UtcTicks,
    };

    public static PlaceLent Read(P.PlaceLent lent) => new(
        lent.Id.NodeId("id"), lent.Holder.Hash("holder"), lent.Seq, Fields.Instant(lent.UntilTicks, "until_ticks"));

    public static P.ForkProven Write(ForkProven fork) => new()
    {
        Id = fork.NodeId.Wire(), Key = fork.Key.Wire(), First = fork.First.Wire(), Second = fork.Second.Wire(), KeyEnded = fork.KeyEnded,
    };

    public static ForkProven Read(P.ForkProven fork) => new(
        fork.Id.NodeId("id"), fork.Key.PublicKey("key"), fork.First.Memory, fork.Second.Memory, fork.KeyEnded);

    private static P.KeptChain Write(KeptChain kept)
    {
        var chain = kept.State;
        return new P.KeptChain
        {
            Sub = chain.Head.Sub,
            Seq = chain.Head.Seq,
            Hash = chain.Head.Hash.Wire(),
            Seen = chain.Seen.Number,
            Keys = ByteString.CopyFrom([.. chain.Keys.SelectMany(key => key.Key.ToBytes())]),
            KeysFrom = { chain.Keys.Select(key => key.From) },
            NextKey = chain.NextKey is { } next ? next.Wire() : ByteString.Empty,
            Opening = chain.Opening?.Bytes.Wire() ?? ByteString.Empty,
            Spent = chain.Spent,
            Settled = chain.Settled,
            In = kept.In.Number,
        };
    }

    private static KeptChain Read(P.KeptChain kept, NodeId author)
    {
        var count = kept.KeysFrom.Count;
        if (count is 0 or > ChainState.MaxKeys + 1 || kept.Keys.Length != count * PublicKey.Size)
            throw new FieldException("chains.keys", $"{kept.Keys.Length} bytes, and {count} of keys_from.");
        var keys =
            kept.KeysFrom.Select((from, i) => new ChainKey(from, new PublicKey(kept.Keys.Span.Slice(i * PublicKey.Size, PublicKey.Size))));
        var head = new ChainHead(author, kept.Sub, kept.Seq, kept.Hash.Hash("chains.hash"));
        var state = new ChainState(head, new Epoch(kept.Seen), [.. keys])
        {
            NextKey = kept.NextKey.IsEmpty ? null : kept.NextKey.Hash("chains.next_key"),
            Opening = kept.Opening.IsEmpty ? null : ReadEntry(kept.Opening, "chains.opening"),
            Spent = kept.Spent,
            Settled = kept.Settled,
        };
        return new KeptChain(state, new Epoch(kept.In));
    }

    private static Entry ReadEntry(ByteString bytes, string field) =>
        Entry.TryParse(bytes.Span, out var entry, out var refused) ? entry : throw new FieldException(field, refused.Message);
}
