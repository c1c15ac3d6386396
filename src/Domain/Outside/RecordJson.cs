using System.Collections.Immutable;
using System.Text.Json;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Outside;

/// <summary>The record in force, its signatures, and the cluster nodes that it froze, as JSON: for who holds a gateway to them.</summary>
public static class RecordJson
{
    /// <summary>The largest text: a record of <see cref="EpochRecord.MaxReveals"/> cluster nodes has about 600,000 bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    private const int MaxRecord = 128 * 1024, SignatureBytes = 64;

    /// <summary>Nodes that are there, and those that have left and whose misses are remembered.</summary>
    private const int MaxTable = EpochRecord.MaxReveals + NodeSet.MaxGone;

    public static ReadOnlyMemory<byte> Write(ShownRecord shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        return JsonText.Of(writer => Write(writer, shown));
    }

    internal static void Write(Utf8JsonWriter writer, ShownRecord shown)
    {
        var record = shown.Record;
        writer.Bytes("record", record.ToBytes());
        writer.ListOfBytes("reveals", record.Shown.Select(reveal => reveal.Signature.AsMemory()));
        writer.Texts("nodes", record.Signatures.Select(signature => signature.Node.ToString()));
        writer.ListOfBytes("signatures", record.Signatures.Select(signature => signature.Signature.AsMemory()));
        writer.ListOfBytes("table", shown.Table);
    }

    /// <exception cref="RefusedException">It is none, or its beacon is not what its reveals make.</exception>
    public static ShownRecord Read(ReadOnlyMemory<byte> json) => Read(JsonFields.Parse(json, "Record"));

    internal static ShownRecord Read(JsonFields fields)
    {
        var nodes = fields.Hashes("nodes", EpochRecord.MaxReveals);
        var signatures = fields.ListOfBytes("signatures", EpochRecord.MaxReveals, SignatureBytes);
        if (signatures.Count != nodes.Count)
            throw fields.Wrong("signatures", $"{signatures.Count} of {nodes.Count} nodes.");
        try
        {
            var record = EpochRecord.Parse(
                fields.Bytes("record", MaxRecord),
                [.. fields.ListOfBytes("reveals", EpochRecord.MaxReveals, SignatureBytes).Select(Copy)],
                [.. signatures.Select((signature, i) => new RecordSignature(new NodeId(nodes[i]), Copy(signature)))]);
            var table = fields.ListOfBytes("table", MaxTable, NodeLeaf.Size);
            return table.Any(leaf => leaf.Length != NodeLeaf.Size)
                ? throw fields.Wrong("table", $"a leaf has {NodeLeaf.Size} bytes.")
                : new ShownRecord(record, [.. table]);
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw fields.Wrong("record", wrong.Message);
        }
    }

    private static ImmutableArray<byte> Copy(ReadOnlyMemory<byte> bytes) => [.. bytes.Span];
}
