using System.Text.Json;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Letters;
using static AkkaCompute.Domain.Letters.LetterProtocol;

namespace AkkaCompute.Domain.Outside;

/// <summary>Letters as JSON. Whose mailbox it is stands in the address.</summary>
public static class LetterJson
{
    public static ReadOnlyMemory<byte> Write(PostLetter post) => JsonText.Of(writer => Write(writer, post));

    public static PostLetter ReadPost(NodeId reader, JsonFields fields) =>
        new(reader, fields.NodeId("from"), fields.Whole("number", 1), fields.Bytes("sealed", Hpke.Overhead + MaxContent))
        {
            Signature = BossJson.ReadSignature(fields),
        };

    public static ReadOnlyMemory<byte> Write(LetterPosted posted) => JsonText.Of(writer =>
    {
        writer.Hash("from", posted.From.Hash);
        writer.WriteNumber("number", posted.Number);
    });

    public static ReadOnlyMemory<byte> Write(ReadLetters read) => JsonText.Of(writer =>
    {
        writer.Hash("mailbox", read.Mailbox);
        writer.WriteNumber("after", read.After);
        writer.Texts("known", read.Known.Select(id => id.ToString()));
        writer.Object("address", fields => Write(fields, read.Address));
        BossJson.Write(writer, read.Signature);
    });

    public static ReadLetters ReadReading(NodeId reader, JsonFields fields) => new(
        reader, fields.Hash("mailbox"), fields.Whole("after"), [.. fields.Hashes("known", MaxKnown).Select(hash => new NodeId(hash))],
        ReadAddress(reader, fields.Object("address")))
    {
        Signature = BossJson.ReadSignature(fields),
    };

    public static ReadOnlyMemory<byte> Write(Mail letters) => JsonText.Of(writer =>
    {
        writer.Hash("mailbox", letters.Mailbox);
        writer.Objects("letters", letters.Items, letter =>
        {
            writer.WriteNumber("place", letter.Place);
            Write(writer, letter.Posted);
        });
    });

    public static Mail ReadMail(NodeId reader, JsonFields fields) => new(
        reader, fields.Hash("mailbox"),
        [.. fields.Objects("letters", MailboxState.MaxLetters)
            .Select(letter => new Letter(letter.Whole("place"), ReadPost(reader, letter)))]);

    public static ReadOnlyMemory<byte> Write(Address address) => JsonText.Of(writer => Write(writer, address));

    public static Address ReadAddress(NodeId reader, JsonFields fields) =>
        new(reader, fields.Bytes("box", Hpke.KeySize), fields.Whole("number", 1)) { Signature = BossJson.ReadSignature(fields) };

    private static void Write(Utf8JsonWriter writer, PostLetter post)
    {
        writer.Hash("from", post.From.Hash);
        writer.WriteNumber("number", post.Number);
        writer.Bytes("sealed", post.Sealed.Span);
        BossJson.Write(writer, post.Signature);
    }

    private static void Write(Utf8JsonWriter writer, Address address)
    {
        writer.Bytes("box", address.Box.Span);
        writer.WriteNumber("number", address.Number);
        BossJson.Write(writer, address.Signature);
    }
}
