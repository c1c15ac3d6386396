using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>The record in force with the table of cluster nodes that it froze, as it is shown to who has no roster.</summary>
/// <param name="Table">The leaves of the table, in its order: <see cref="CommittedNode.ToBytes"/>. The record's
/// <see cref="EpochRecord.NodesRoot"/> is over them.</param>
public sealed record ShownRecord(EpochRecord Record, ImmutableArray<ReadOnlyMemory<byte>> Table)
{
    public ShownRecord(EpochRecord record, NodeSet frozen)
        : this(record, [.. frozen.Select(node => (ReadOnlyMemory<byte>)node.ToBytes())])
    {
    }

    /// <summary>Whether the table is the one that the record froze.</summary>
    public bool IsWhole => MerkleTree.Root([.. Table.Select(leaf => MerkleTree.Leaf(leaf.Span))]) == Record.NodesRoot;
}
