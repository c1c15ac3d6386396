using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>The first line: by which rules all the others are to be read.</summary>
public sealed record HeaderLine(TrustRules Rules) : ExportLine<HeaderLine>
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    internal static readonly LineKind Its = new("header", Read) { First = "export", IsOfEpoch = false };

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Number("export"u8, Version);
        writer.Number("bits"u8, Rules.AdmissionBits);
        writer.Number("age"u8, Rules.CheckpointMaxAge);
        writer.Number("halflife"u8, (long)Rules.HalfLife);
        writer.Number("back"u8, Rules.BackPermille);
        writer.Number("rounds"u8, Rules.Rounds);
        writer.Number("period"u8, (long)Rules.PeriodEpochs);
        writer.Number("prior"u8, Rules.Prior);
        writer.Number("promote"u8, Rules.Promote);
        writer.Number("demote"u8, Rules.Demote);
    }

    private static HeaderLine Read(ref ClaimReader reader)
    {
        var version = reader.Number("export"u8);
        if (version != Version)
            reader.Fail("export"u8, $"version {version}, but this program reads {Version}");
        var rules = new TrustRules
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
        if (reader.Flaw is null && rules.Flaw() is { } flaw)
            reader.Fail("export"u8, flaw);
        return new HeaderLine(rules);
    }
}
