using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>A c-node's new standing, in the roster or not.</summary>
public sealed record StandingLine(StandingChange Change) : ExportLine<StandingLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("standing", Read, 
        delta => delta.Standings.Select(change => new StandingLine(change)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("standing"u8, Change.NodeId.Hash);
        writer.Number("is"u8, (long)Change.Standing);
        writer.Require(Enum.IsDefined(Change.Standing), "is: no standing.");
    }

    private protected override bool Follows(StandingLine before) => before.Change.NodeId < Change.NodeId;

    private static StandingLine Read(ref ClaimReader reader) => 
        new(new StandingChange(reader.Node("standing"u8), (Standing)reader.SmallNumber("is"u8)));
}
