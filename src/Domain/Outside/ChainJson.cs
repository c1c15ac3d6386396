using System.Text.Json;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>What is said to the keeper of an author's chains, and what it answers, as JSON. The author's id is in the address.</summary>
public static class ChainJson
{
    public static ReadOnlyMemory<byte> Write(ChainProtocol.Reserve reserve) => JsonText.Of(writer =>
    {
        writer.Hash("holder", reserve.Holder);
        writer.WriteNumber("turn", reserve.Turn);
        BossJson.Write(writer, reserve.Signature);
    });

    public static ChainProtocol.Reserve ReadReserve(NodeId author, JsonFields fields) =>
        new(
            author,
            fields.Hash("holder")) { Turn = fields.Whole("turn", -JsonFields.MaxWhole), Signature = BossJson.ReadSignature(fields) };

    public static ReadOnlyMemory<byte> Write(ChainProtocol.Append append) => JsonText.Of(writer =>
    {
        writer.ListOfAscii("entries", append.Entries);
        writer.ListOfAscii("named", append.Named);
    });

    public static ChainProtocol.Append ReadAppend(NodeId author, JsonFields fields) => new(
        author, fields.ListOfAscii("entries", ChainProtocol.MaxEntries, Entry.MaxSize),
        fields.Has("named") ? fields.ListOfAscii("named", ChainProtocol.MaxEntries, Entry.MaxSize) : []);

    public static ReadOnlyMemory<byte> Write(ChainProtocol.Appended appended) =>
        JsonText.Of(writer => writer.ListOfAscii("receipts", appended.Receipts));

    public static ChainProtocol.Appended ReadAppended(NodeId author, JsonFields fields) =>
        new(author, fields.ListOfAscii("receipts", ChainProtocol.MaxEntries, Entry.MaxSize));

    public static ReadOnlyMemory<byte> Write(ChainProtocol.EntryPage page) => JsonText.Of(writer =>
    {
        writer.WriteNumber("from", page.From);
        writer.ListOfAscii("entries", page.Entries);
        writer.WriteBoolean("end", page.End);
    });

    public static ChainProtocol.EntryPage ReadPage(NodeId author, JsonFields fields) =>
        new(author, fields.Whole("from"), fields.ListOfAscii("entries", 64 * 1024, Entry.MaxSize), fields.Flag("end"));

    /// <summary>
    /// Where a chain stands, under <c>place</c>; what the answer to a reservation is too, where the turn or the key is another one.
    /// </summary>
    public static ReadOnlyMemory<byte> Write(ChainProtocol.Place place) => JsonText.Of(writer => writer.Object("place", fields =>
    {
        fields.WriteNumber("turn", place.Turn);
        Write(fields, place.Author);
    }));

    /// <summary>A place that was lent, under <c>reserved</c>.</summary>
    public static ReadOnlyMemory<byte> Write(ChainProtocol.Reserved reserved) => JsonText.Of(writer => writer.Object("reserved", fields =>
    {
        fields.WriteNumber("seq", reserved.Seq);
        fields.Hash("previous", reserved.Previous);
        fields.Object("checkpoint", inner => Write(inner, reserved.Checkpoint));
        fields.WriteNumber("forMs", (long)reserved.For.TotalMilliseconds);
        fields.WriteNumber("turn", reserved.Turn);
        Write(fields, reserved.Author);
    }));

    /// <summary><see cref="ChainProtocol.Place"/> or <see cref="ChainProtocol.Reserved"/>.</summary>
    public static IWire ReadPlace(NodeId author, JsonFields fields)
    {
        if (fields.ObjectOrNone("reserved") is not { } reserved)
        {
            var place = fields.Object("place");
            return new ChainProtocol.Place(author, place.Whole("turn", -JsonFields.MaxWhole), ReadAuthor(place));
        }
        return new ChainProtocol.Reserved(
            author, reserved.Whole("seq"), reserved.Hash("previous"), ReadCheckpoint(reserved.Object("checkpoint")),
            TimeSpan.FromMilliseconds(reserved.Whole("forMs", 0, 86_400_000)), ReadAuthor(reserved))
        {
            Turn = reserved.Whole("turn", -JsonFields.MaxWhole),
        };
    }

    internal static void Write(Utf8JsonWriter writer, Checkpoint checkpoint)
    {
        writer.WriteNumber("epoch", checkpoint.Epoch.Number);
        writer.Hash("hash", checkpoint.Hash);
    }

    internal static Checkpoint ReadCheckpoint(JsonFields fields) => new(new Epoch((ulong)fields.Whole("epoch")), fields.Hash("hash"));

    private static void Write(Utf8JsonWriter writer, ChainAuthor? author)
    {
        if (author is null)
            return;
        writer.Object("author", fields =>
        {
            fields.WriteString("key", author.Key.ToString());
            if (author.Next is { } next)
                fields.Hash("next", next);
            fields.Ascii("declaration", author.Declaration.Span);
            fields.WriteNumber("declared", author.Declared.Number);
        });
    }

    private static ChainAuthor? ReadAuthor(JsonFields fields) => fields.ObjectOrNone("author") is not { } author ? null : new ChainAuthor(
        author.Key("key"), author.HashOrNone("next"), author.Ascii("declaration", Entry.MaxSize),
        new Epoch((ulong)author.Whole("declared")));
}
