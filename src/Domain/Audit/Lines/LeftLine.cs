using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>A member that has left.</summary>
public sealed record LeftLine(NodeId NodeId) : ExportLine<LeftLine>
{
    internal static readonly LineKind Its = LineKind.OfDelta("left", Read, delta => delta.Left.Order().Select(id => new LeftLine(id)));

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Hash("left"u8, NodeId.Hash);
    }

    private protected override bool Follows(LeftLine before) => before.NodeId < NodeId;

    private static LeftLine Read(ref ClaimReader reader) => new(reader.Node("left"u8));
}
