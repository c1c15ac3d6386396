using System.Collections.Immutable;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>An epoch begins: its record with its signatures.</summary>
public sealed record EpochLine(EpochRecord Record) : ExportLine<EpochLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("epoch", Read, delta => [new EpochLine(delta.Record)], isOfEpoch: false);

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Text("epoch"u8, LineText.Base64(Record.ToBytes()), LineText.Max);
        writer.Texts("reveals"u8, [.. Record.Shown.Select(shown => LineText.Base64(shown.Signature.AsSpan()))]);
        writer.Hashes("nodes"u8, [.. Record.Signatures.Select(signature => signature.Node.Hash)], 0, EpochRecord.MaxReveals);
        writer.Texts("signatures"u8, [.. Record.Signatures.Select(signature => LineText.Base64(signature.Signature.AsSpan()))]);
    }

    private static EpochLine Read(ref ClaimReader reader)
    {
        var bytes = LineText.Bytes(reader.Text("epoch"u8));
        var reveals = reader.Texts("reveals"u8);
        var nodes = reader.Hashes("nodes"u8);
        var signatures = reader.Texts("signatures"u8);
        if (signatures.Count != nodes.Count)
            throw new FormatException($"signatures: {signatures.Count} of {nodes.Count} nodes.");
        return new EpochLine(EpochRecord.Parse(
            bytes,
            [.. reveals.Select(reveal => ImmutableArray.Create(LineText.Bytes(reveal)))],
            [.. signatures.Select((signature, i) =>
                new RecordSignature(new NodeId(nodes[i]), ImmutableArray.Create(LineText.Bytes(signature))))]));
    }
}
