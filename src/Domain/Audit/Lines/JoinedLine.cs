using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>A member that is new in the roster or has changed, as the roster's root has it.</summary>
public sealed record JoinedLine(Member Member) : ExportLine<JoinedLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("joined", Read, 
        delta => delta.Joined.OrderBy(member => member.Id).Select(member => new JoinedLine(member)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Text("joined"u8, LineText.Base64(Member.ToLeaf()), LineText.Max);
    }

    private protected override bool Follows(JoinedLine before) => before.Member.Id < Member.Id;

    private static JoinedLine Read(ref ClaimReader reader) => new(MemberLeaf.Parse(LineText.Bytes(reader.Text("joined"u8))));
}
