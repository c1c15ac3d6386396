using System.Collections.Immutable;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>Rules and records.</summary>
public static partial class ExportText
{
    private static void Write(TrustRules rules, ClaimWriter writer)
    {
        writer.Number("bits"u8, rules.AdmissionBits);
        writer.Number("age"u8, rules.CheckpointMaxAge);
        writer.Number("halflife"u8, (long)rules.HalfLife);
        writer.Number("back"u8, rules.BackPermille);
        writer.Number("rounds"u8, rules.Rounds);
        writer.Number("period"u8, (long)rules.PeriodEpochs);
        writer.Number("prior"u8, rules.Prior);
        writer.Number("promote"u8, rules.Promote);
        writer.Number("demote"u8, rules.Demote);
    }

    private static TrustRules ReadRules(ref ClaimReader reader) => new()
    {
        AdmissionBits = reader.SmallNumber("bits"u8),
        CheckpointMaxAge = reader.Number("age"u8),
        HalfLife = reader.Epoch("halflife"u8).Number,
        BackPermille = reader.SmallNumber("back"u8),
        Rounds = reader.SmallNumber("rounds"u8),
        PeriodEpochs = reader.Epoch("period"u8).Number,
        Prior = reader.Number("prior"u8),
        Promote = reader.SmallNumber("promote"u8),
        Demote = reader.SmallNumber("demote"u8),
    };

    private static void Write(EpochRecord record, ClaimWriter writer)
    {
        writer.Text("epoch"u8, Base64(record.ToBytes()), MaxText);
        writer.Texts("reveals"u8, [.. record.Shown.Select(shown => Base64(shown.Signature.AsSpan()))]);
        writer.Hashes("nodes"u8, [.. record.Signatures.Select(signature => signature.Node.Hash)], 0, EpochRecord.MaxReveals);
        writer.Texts("signatures"u8, [.. record.Signatures.Select(signature => Base64(signature.Signature.AsSpan()))]);
    }

    private static EpochLine ReadEpoch(ref ClaimReader reader)
    {
        var bytes = Bytes(reader.Text("epoch"u8));
        var reveals = reader.Texts("reveals"u8);
        var nodes = reader.Hashes("nodes"u8);
        var signatures = reader.Texts("signatures"u8);
        if (signatures.Count != nodes.Count)
            throw new FormatException($"signatures: {signatures.Count} of {nodes.Count} nodes.");
        return new EpochLine(EpochRecord.Parse(
            bytes,
            [.. reveals.Select(reveal => ImmutableArray.Create(Bytes(reveal)))],
            [.. signatures.Select((signature, i) => new RecordSignature(new NodeId(nodes[i]), ImmutableArray.Create(Bytes(signature))))]));
    }
}
