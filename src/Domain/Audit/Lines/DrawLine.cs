using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>Bundles that this epoch's beacon draws.</summary>
public sealed record DrawLine(DrawRequest Request) : ExportLine<DrawLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("draw", Read, 
        delta => delta.Entered.Order().Select(request => new DrawLine(request)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("draw"u8, Request.Job.Hash);
        writer.Number("first"u8, Request.FirstBundle);
        writer.Number("count"u8, Request.Count, 1, int.MaxValue);
        writer.Number("attempt"u8, Request.Attempt, 0, int.MaxValue);
    }

    private protected override bool Follows(DrawLine before) => before.Request.CompareTo(Request) < 0;

    private static DrawLine Read(ref ClaimReader reader) => new(new DrawRequest(
        new JobId(reader.Hash("draw"u8)), reader.Number("first"u8), reader.SmallNumber("count"u8), reader.SmallNumber("attempt"u8)));
}
