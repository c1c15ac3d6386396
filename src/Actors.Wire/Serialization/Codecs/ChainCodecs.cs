using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Google.Protobuf;
using static AkkaCompute.Domain.Chains.ChainProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>The chains of an author and their events.</summary>
internal static class ChainCodecs
{
    public static CodecTable AddChains(this CodecTable table) => table
        .Add("cr", P.Reserve.Parser,
            (Reserve m) =>
                new P.Reserve { Id = m.NodeId.Wire(), Holder = m.Holder.Wire(), Turn = m.Turn, Signature = Parts.Write(m.Signature) },
            m => new Reserve(m.Id.NodeId("id"), m.Holder.Hash("holder")) { Turn = m.Turn, Signature = Parts.Read(m.Signature) })
        .Add("cw", P.GetPlace.Parser,
            (GetPlace m) => new P.GetPlace { Id = m.NodeId.Wire() },
            m => new GetPlace(m.Id.NodeId("id")))
        .Add("cv", P.Place.Parser,
            (Place m) => new P.Place { Id = m.NodeId.Wire(), Turn = m.Turn, Author = m.Author is null ? null : Write(m.Author) },
            m => new Place(m.Id.NodeId("id"), m.Turn, m.Author is null ? null : Read(m.Author)))
        .Add("cd", P.Reserved.Parser,
            (Reserved m) => new P.Reserved
            {
                Id = m.NodeId.Wire(), Seq = m.Seq, Previous = m.Previous.Wire(), Checkpoint = Write(m.Checkpoint),
                ForTicks = m.For.Ticks, Author = m.Author is null ? null : Write(m.Author), Turn = m.Turn,
            },
            m => new Reserved(
                m.Id.NodeId("id"), m.Seq, m.Previous.Hash("previous"), Read(m.Checkpoint.Need("checkpoint")),
                TimeSpan.FromTicks(m.ForTicks), m.Author is null ? null : Read(m.Author)) { Turn = m.Turn })
        .Add("ca", P.Append.Parser,
            (Append m) => new P.Append
            {
                Id = m.NodeId.Wire(), Entries = Columns.WriteBytes(m.Entries), Named = Columns.WriteBytes(m.Named),
            },
            m => new Append(m.Id.NodeId("id"), Columns.ReadBytes(m.Entries, "entries"), Columns.ReadBytes(m.Named, "named")))
        .Add("cp", P.Appended.Parser,
            (ChainProtocol.Appended m) => new P.Appended { Id = m.NodeId.Wire(), Receipts = Columns.WriteBytes(m.Receipts) },
            m => new ChainProtocol.Appended(m.Id.NodeId("id"), Columns.ReadBytes(m.Receipts, "receipts")))
        .Add("cx", P.AppendRefused.Parser,
            (AppendRefused m) => new P.AppendRefused
            {
                Id = m.NodeId.Wire(), Sub = m.Sub, Seq = m.Seq, Reason = (P.EntryRefusal)m.Reason, Message = m.Message,
                Expected = m.Expected,
            },
            m => new AppendRefused(
                m.Id.NodeId("id"), m.Sub, m.Seq, Fields.Known<EntryRefusal>((int)m.Reason, "reason"), m.Message, m.Expected))
        .Add("cg", P.GetEntries.Parser,
            (GetEntries m) => new P.GetEntries { Id = m.NodeId.Wire(), From = m.From, Count = m.Count },
            m => new GetEntries(m.Id.NodeId("id"), m.From, m.Count))
        .Add("cq", P.EntryPage.Parser,
            (EntryPage m) => new P.EntryPage
            {
                Id = m.NodeId.Wire(), From = m.From, Entries = Columns.WriteBytes(m.Entries), End = m.End,
            },
            m => new EntryPage(m.Id.NodeId("id"), m.From, Columns.ReadBytes(m.Entries, "entries"), m.End))
        .Add("cea", P.EntriesAppended.Parser,
            (EntriesAppended m) => new P.EntriesAppended
            {
                Id = m.NodeId.Wire(), Entries = Columns.WriteBytes(m.Entries), Epoch = m.Epoch.Number,
            },
            m => new EntriesAppended(m.Id.NodeId("id"), Columns.ReadBytes(m.Entries, "entries"), new Epoch(m.Epoch)))
        .Add("cel", P.PlaceLent.Parser, (Func<PlaceLent, P.PlaceLent>)ChainParts.Write, ChainParts.Read)
        .Add("cef", P.ForkProven.Parser, (Func<ForkProven, P.ForkProven>)ChainParts.Write, ChainParts.Read)
        .Add("ces", P.ChainSnapshot.Parser, (Func<ChainSnapshot, P.ChainSnapshot>)ChainParts.Write, ChainParts.Read);

    private static P.Checkpoint Write(Checkpoint checkpoint) => new() { Epoch = checkpoint.Epoch.Number, Hash = checkpoint.Hash.Wire() };

    private static Checkpoint Read(P.Checkpoint checkpoint) => new(new Epoch(checkpoint.Epoch), checkpoint.Hash.Hash("checkpoint.hash"));

    private static P.ChainAuthor Write(ChainAuthor author) => new()
    {
        Key = author.Key.Wire(),
        Next = author.Next is { } next ? next.Wire() : ByteString.Empty,
        Declaration = author.Declaration.Wire(),
        Declared = author.Declared.Number,
    };

    private static ChainAuthor Read(P.ChainAuthor author) => new(
        author.Key.PublicKey("author.key"),
        author.Next.IsEmpty ? null : author.Next.Hash("author.next"),
        author.Declaration.Memory,
        new Epoch(author.Declared));
}
