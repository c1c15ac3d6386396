using AkkaCompute.Actors.Serialization.Format;
using static AkkaCompute.Domain.Letters.LetterProtocol;
using P = AkkaCompute.Actors.Serialization.Proto;

namespace AkkaCompute.Actors.Serialization.Codecs;

/// <summary>Letters from c-node to c-node.</summary>
internal static class LetterCodecs
{
    public static CodecTable AddLetters(this CodecTable table) => table
        .Add("mp", P.PostLetter.Parser, (Func<PostLetter, P.PostLetter>)Write, Read)
        .Add("mo", P.LetterPosted.Parser,
            (LetterPosted m) => new P.LetterPosted { Id = m.NodeId.Wire(), From = m.From.Wire(), Number = m.Number },
            m => new LetterPosted(m.Id.NodeId("id"), m.From.NodeId("from"), m.Number))
        .Add("mr", P.ReadLetters.Parser,
            (ReadLetters m) => new P.ReadLetters
            {
                Id = m.NodeId.Wire(), Mailbox = m.Mailbox.Wire(), After = m.After, Known = { m.Known.Map(id => id.Wire()) },
                Address = Write(m.Address), Signature = Parts.Write(m.Signature),
            },
            m => new ReadLetters(
                m.Id.NodeId("id"), m.Mailbox.Hash("mailbox"), m.After, m.Known.Map(id => id.NodeId("known")),
                Read(m.Address.Need("address")))
            {
                Signature = Parts.Read(m.Signature),
            })
        .Add("ml", P.Mail.Parser,
            (Mail m) => new P.Mail
            {
                Id = m.NodeId.Wire(), Mailbox = m.Mailbox.Wire(),
                Letters = { m.Items.Map(letter => new P.Letter { Place = letter.Place, Posted = Write(letter.Posted) }) },
            },
            m => new Mail(
                m.Id.NodeId("id"), m.Mailbox.Hash("mailbox"),
                m.Letters.Map(letter => new Letter(letter.Place, Read(letter.Posted.Need("letter.posted"))))))
        .Add("mg", P.GetLetterAddress.Parser,
            (GetAddress m) => new P.GetLetterAddress { Id = m.NodeId.Wire() },
            m => new GetAddress(m.Id.NodeId("id")))
        .Add("ma", P.LetterAddress.Parser, (Func<Address, P.LetterAddress>)Write, Read);

    private static P.PostLetter Write(PostLetter m) => new()
    {
        Id = m.NodeId.Wire(), From = m.From.Wire(), Number = m.Number, Sealed = m.Sealed.Wire(), Signature = Parts.Write(m.Signature),
    };

    private static PostLetter Read(P.PostLetter m) =>
        new(m.Id.NodeId("id"), m.From.NodeId("from"), m.Number, m.Sealed.Memory) { Signature = Parts.Read(m.Signature) };

    private static P.LetterAddress Write(Address m) =>
        new() { Id = m.NodeId.Wire(), Box = m.Box.Wire(), Number = m.Number, Signature = Parts.Write(m.Signature) };

    private static Address Read(P.LetterAddress m) =>
        new(m.Id.NodeId("id"), m.Box.Memory, m.Number) { Signature = Parts.Read(m.Signature) };
}
