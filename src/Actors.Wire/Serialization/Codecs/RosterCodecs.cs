using AkkaCompute.Actors.Serialization.Format;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using Google.Protobuf;
using static AkkaCompute.Domain.Roster.RosterProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>The roster's singleton, its replicas, and what is kept of it.</summary>
internal static class RosterCodecs
{
    public static CodecTable AddRoster(this CodecTable table) => table
        .Add("oa", P.Announce.Parser,
            (Announce m) => new P.Announce
            {
                Node = RosterParts.Write(m.Node),
                Revision = m.Revision,
                Part = m.Part,
                Parts = m.Parts,
                Sessions = MemberTable.Write(m.Sessions),
                Since = m.Since,
                Left = RosterParts.Hashes(m.Left, static id => id.Hash),
            },
            m => new Announce(
                RosterParts.Read(m.Node.Need("node")), m.Revision, m.Part, m.Parts, MemberTable.Read(m.Sessions.Need("sessions")))
            {
                Since = m.Since, Left = RosterParts.Hashes(m.Left, static hash => new NodeId(hash), "left"),
            })
        .Add("ow", P.AnnounceAll.Parser,
            (AnnounceAll m) => new P.AnnounceAll { Address = m.Address, Revision = m.Revision },
            m => new AnnounceAll(m.Address, m.Revision))
        .Add("od", P.Announced.Parser,
            (Announced m) => new P.Announced { Address = m.Address, Revision = m.Revision, LeftOut = m.LeftOut },
            m => new Announced(m.Address, m.Revision, m.LeftOut))
        .Add("on", P.AnnouncementRefused.Parser,
            (AnnouncementRefused m) => new P.AnnouncementRefused { Address = m.Address, Revision = m.Revision, Why = m.Why },
            m => new AnnouncementRefused(m.Address, m.Revision, m.Why))
        .Add("ox", P.Rest.Parser,
            (Rest m) => new P.Rest { Id = m.NodeId.Wire(), Until = m.Until.Number },
            m => new Rest(m.Id.NodeId("id"), new Epoch(m.Until)))
        .Add("op", P.EnterRequests.Parser,
            (EnterRequests m) => new P.EnterRequests { Requests = RosterParts.Write(m.Requests) },
            m => new EnterRequests(RosterParts.ReadRequests(m.Requests, "requests")))
        .Add("oh", P.EnterHeads.Parser,
            (EnterHeads m) => new P.EnterHeads { Heads = RosterParts.Write(m.Heads) },
            m => new EnterHeads(RosterParts.ReadHeads(m.Heads, "heads")))
        .Add("ob", P.Ban.Parser,
            (Ban m) => new P.Ban { Id = m.NodeId.Wire(), Proof = m.Proof.Wire() },
            m => new Ban(m.Id.NodeId("id"), m.Proof.Memory))
        .Add("ot", P.SetStandings.Parser,
            (SetStandings m) => new P.SetStandings
            {
                Period = m.Period.Number,
                TrustRoot = m.TrustRoot.Wire(),
                Changes = { m.Changes.Map(RosterParts.Write) },
            },
            m => new SetStandings(new Epoch(m.Period), m.TrustRoot.Hash("trust_root"), RosterParts.Frozen(m.Changes.Map(RosterParts.Read))))
        .Add("og", P.GetRoster.Parser,
            (GetRoster m) => new P.GetRoster { Since = m.Since.Number },
            m => new GetRoster(new Epoch(m.Since)))
        .Add("oe", P.RosterSent.Parser,
            (RosterSent m) => new P.RosterSent { Epoch = m.Epoch.Number },
            m => new RosterSent(new Epoch(m.Epoch)))
        .Add("os", P.PartSent.Parser,
            (PartSent m) => new P.PartSent
            {
                Snapshot = m.Part.Snapshot,
                Index = m.Part.Index,
                Count = m.Part.Count,
                Content = RosterParts.Write(m.Part.Content),
                NodesBefore = { m.Part.NodesBefore.Map(RosterParts.Write) },
            },
            m => new PartSent(new RosterPart(
                m.Snapshot, m.Index, m.Count, RosterParts.Read(m.Content, "content"),
                RosterParts.Frozen(m.NodesBefore.Map(RosterParts.Read)))))
        .Add("of", P.Freeze.Parser,
            (Freeze m) => new P.Freeze { Frozen = RosterParts.Write(m.Frozen) },
            m => new Freeze(RosterParts.ReadFreeze(m.Frozen)))
        .Add("or", P.Revealed.Parser,
            (Revealed m) => new P.Revealed
            {
                Epoch = m.Number.Number,
                Reveal = RosterParts.Write(m.Shown.Reveal),
                Signature = ByteString.CopyFrom(m.Shown.Signature.AsSpan()),
            },
            m => new Revealed(new Epoch(m.Epoch), new SignedReveal(
                RosterParts.Read(m.Reveal.Need("reveal")), RosterParts.Signature(m.Signature, "signature"))))
        .Add("ou", P.SignRecord.Parser,
            (SignRecord m) => new P.SignRecord { Record = RosterParts.Write(m.Record) },
            m => new SignRecord(RosterParts.ReadRecord(m.Record)))
        .Add("ov", P.RecordSigned.Parser,
            (RecordSigned m) => new P.RecordSigned
            {
                Epoch = m.Number.Number,
                Node = m.Signature.Node.Wire(),
                Signature = ByteString.CopyFrom(m.Signature.Signature.AsSpan()),
            },
            m => new RecordSigned(
                new Epoch(m.Epoch), new RecordSignature(m.Node.NodeId("node"), RosterParts.Signature(m.Signature, "signature"))))
        .Add("ok", P.HeadsCovered.Parser,
            (HeadsCovered m) => new P.HeadsCovered { Heads = RosterParts.Write(m.Heads) },
            m => new HeadsCovered(RosterParts.ReadHeads(m.Heads, "heads")))
        .Add("ol", P.Banned.Parser,
            (Banned m) => new P.Banned { Id = m.NodeId.Wire() },
            m => new Banned(m.Id.NodeId("id")))
        .Add("om", P.StandingsSet.Parser,
            (StandingsSet m) => new P.StandingsSet { Period = m.Period.Number, First = m.First.Wire() },
            m => new StandingsSet(new Epoch(m.Period), m.First.NodeId("first")))
        .Add("oy", P.GetHead.Parser,
            (GetHead m) => new P.GetHead { Author = m.Chain.Author.Wire(), Sub = m.Chain.Sub },
            m => new GetHead(new ChainName(m.Author.NodeId("author"), m.Sub)))
        .Add("oz", P.ShownHead.Parser, (ShownHead m) => RosterParts.Write(m), m => RosterParts.Read(m))
        .Add("oq", P.GetRosterInfo.Parser,
            (GetRosterInfo _) => new P.GetRosterInfo(),
            _ => new GetRosterInfo())
        .Add("oi", P.RosterInfo.Parser,
            (RosterInfo m) => new P.RosterInfo
            {
                Epoch = m.Epoch.Number,
                Beacon = m.Beacon.Wire(),
                Members = m.Members,
                Slots = m.Slots,
                Some = RosterParts.Hashes(m.Some, static id => id.Hash),
                AdmissionBits = m.AdmissionBits,
            },
            m => new RosterInfo(
                new Epoch(m.Epoch), m.Beacon.Hash("beacon"), m.Members, m.Slots,
                RosterParts.Hashes(m.Some, static hash => new NodeId(hash), "some"), m.AdmissionBits))
        .Add("oec", P.EpochClosed.Parser,
            (EpochClosed m) => new P.EpochClosed { Delta = RosterParts.Write(m.Delta) },
            m => new EpochClosed(RosterParts.Read(m.Delta, "delta")))
        .Add("oem", P.RosterMemory.Parser,
            (RosterMemory m) => new P.RosterMemory
            {
                Record = RosterParts.Write(m.Snapshot.Record),
                Members = MemberTable.Write(m.Snapshot.Members),
                NodesBefore = { m.Snapshot.NodesBefore.Map(RosterParts.Write) },
                NodesChanged = { m.Snapshot.NodesChanged.Map(RosterParts.Write) },
                NodesGone = { m.Snapshot.NodesGone },
                Requests = { m.Requests.Map(Write) },
                Heads = RosterParts.Write(m.Heads),
                Standings = { m.Standings.Map(RosterParts.Write) },
                Period = m.Period.Number,
            },
            m => new RosterMemory(
                new RosterSnapshot(
                    RosterParts.ReadRecord(m.Record), MemberTable.Read(m.Members.Need("members")),
                    RosterParts.Frozen(m.NodesBefore.Map(RosterParts.Read)), RosterParts.Frozen(m.NodesChanged.Map(RosterParts.Read)),
                    [.. m.NodesGone]),
                RosterParts.Frozen(m.Requests.Map(Read)),
                RosterParts.ReadHeads(m.Heads, "heads"),
                RosterParts.Frozen(m.Standings.Map(RosterParts.Read)),
                new Epoch(m.Period)));

    private static P.EpochRequests Write(EpochRequests drawn) =>
        new() { Epoch = drawn.Epoch.Number, Requests = RosterParts.Write(drawn.Requests) };

    private static EpochRequests Read(P.EpochRequests drawn) =>
        new(new Epoch(drawn.Epoch), RosterParts.ReadRequests(drawn.Requests, "requests.requests"));
}
