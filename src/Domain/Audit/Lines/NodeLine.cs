using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>A cluster node that is new, or begins another chain of chance. Where it is has no part in the records.</summary>
public sealed record NodeLine(PublicKey Key, Hash256 Anchor) : ExportLine<NodeLine>
{
    internal static readonly LineKind Its = LineKind.OfSource("node", Read, () => new NodeSource());

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer)
    {
        writer.Key("node"u8, Key);
        writer.Hash("anchor"u8, Anchor);
    }

    private protected override bool Follows(NodeLine before) => before.Key.NodeId < Key.NodeId;

    private static NodeLine Read(ref ClaimReader reader) => new(reader.Key("node"u8), reader.Hash("anchor"u8));
}

/// <summary>A cluster node that is gone: the NodeId of its key.</summary>
public sealed record GoneLine(NodeId Node) : ExportLine<GoneLine>
{
    /// <summary>Its lines come from <see cref="NodeSource"/>.</summary>
    internal static readonly LineKind Its = new("gone", Read);

    internal override LineKind Kind => Its;

    internal override void Write(ClaimWriter writer) => writer.Hash("gone"u8, Node.Hash);

    private protected override bool Follows(GoneLine before) => before.Node < Node;

    private static GoneLine Read(ref ClaimReader reader) => new(reader.Node("gone"u8));
}

/// <summary>Cluster nodes by their keys: a change of address alone is none.</summary>
internal sealed class NodeSource : ILineSource
{
    private readonly Dictionary<string, NodeId> _nodeAt = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, NodeLine> _nodes = [];

    public IEnumerable<ExportLine> Close(RosterDelta delta)
    {
        var gone = new SortedSet<NodeId>();
        foreach (var address in delta.NodesGone.Concat(delta.NodesChanged.Select(info => info.Address)))
        {
            if (_nodeAt.Remove(address, out var id) && delta.NodesChanged.All(info => info.Key.NodeId != id))
                gone.Add(id);
        }
        var changed = new SortedDictionary<NodeId, NodeLine>();
        foreach (var info in delta.NodesChanged)
        {
            var (id, line) = (info.Key.NodeId, new NodeLine(info.Key, info.Anchor));
            foreach (var old in _nodeAt.Where(at => at.Value == id).Select(at => at.Key).ToArray())
                _nodeAt.Remove(old);
            _nodeAt[info.Address] = id;
            if (_nodes.GetValueOrDefault(id) != line)
                changed[id] = line;
            _nodes[id] = line;
        }
        foreach (var id in gone)
            _nodes.Remove(id);
        return [.. changed.Values, .. gone.Select(id => new GoneLine(id))];
    }
}
