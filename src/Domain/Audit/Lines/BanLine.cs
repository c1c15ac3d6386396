using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>What convicts a c-node that was banned: two entries, one after the other, with a line feed between.</summary>
public sealed record BanLine(BanProof Ban) : ExportLine<BanLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("ban", Read, delta => delta.Bans.Select(ban => new BanLine(ban)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("ban"u8, Ban.NodeId.Hash);
        writer.Text("proof"u8, LineText.Base64(Ban.Proof.Span), LineText.Max);
    }

    private protected override bool Follows(BanLine before) => before.Ban.NodeId < Ban.NodeId;

    private static BanLine Read(ref ClaimReader reader) => 
        new(new BanProof(reader.Node("ban"u8), LineText.Bytes(reader.Text("proof"u8))));
}
