using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>How far a record covers a chain, with the record and the proof, as JSON: for who holds receipts.</summary>
public static class HeadJson
{
    /// <summary>Neighbours on the way up: a tree of 2³¹ leaves has no more.</summary>
    private const int MaxPath = 32;

    public static ReadOnlyMemory<byte> Write(ShownRecord shown, ShownHead head)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(head);
        return JsonText.Of(writer =>
        {
            writer.Object("shown", fields => RecordJson.Write(fields, shown));
            if (head is not { Head: { } covered, Proof: { } proof })
                return;
            writer.Object("head", fields =>
            {
                fields.Hash("author", covered.Author.Hash);
                fields.WriteNumber("sub", covered.Sub);
                fields.WriteNumber("seq", covered.Seq);
                fields.Hash("hash", covered.Hash);
            });
            writer.Object("proof", fields =>
            {
                fields.WriteNumber("index", proof.InBucket.Index);
                fields.WriteNumber("size", proof.InBucket.Size);
                fields.Texts("path", proof.InBucket.Path.Select(hash => hash.ToString()));
                fields.Texts("bucket", proof.OfBucket.Select(hash => hash.ToString()));
            });
        });
    }

    /// <exception cref="RefusedException">It is none.</exception>
    public static (ShownRecord Shown, ShownHead Head) Read(ReadOnlyMemory<byte> json)
    {
        var fields = JsonFields.Parse(json, "Head");
        var shown = RecordJson.Read(fields.Object("shown"));
        if (fields.ObjectOrNone("head") is not { } head)
            return (shown, new ShownHead(shown.Record.Number, null, null));
        var proof = fields.Object("proof");
        return (shown, new ShownHead(
            shown.Record.Number, new ChainHead(head.NodeId("author"), head.Whole("sub"), head.Whole("seq"), head.Hash("hash")),
            new MerkleSetProof<ChainName, ChainHead>(
                new LeafProof(proof.Int("index"), proof.Int("size", 1), proof.Hashes("path", MaxPath)), proof.Hashes("bucket", MaxPath))));
    }
}
