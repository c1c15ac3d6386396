using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>How far a chain has grown: its entries up to this one, and not covered before, are of this epoch.</summary>
public sealed record HeadLine(ChainHead Head) : ExportLine<HeadLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("head", Read, 
        delta => delta.Heads.OrderBy(head => head.Chain).Select(head => new HeadLine(head)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("head"u8, Head.Author.Hash);
        writer.Number("sub"u8, Head.Sub);
        writer.Number("seq"u8, Head.Seq);
        writer.Hash("hash"u8, Head.Hash);
    }

    private protected override bool Follows(HeadLine before) => before.Head.Chain < Head.Chain;

    private static HeadLine Read(ref ClaimReader reader) => new(new ChainHead(
        reader.Node("head"u8), reader.Number("sub"u8), reader.Number("seq"u8), reader.Hash("hash"u8)));
}
