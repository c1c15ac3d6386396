using System.Collections;
using System.Collections.Immutable;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// The cluster nodes after a record, immutable. All that follows from the records follows here: who has to reveal, how far each
/// chain is used, who is set aside. Sorted by NodeId of their keys; the root is that of RFC 6962 over their leaves.
/// </summary>
public sealed class NodeSet : IReadOnlyCollection<CommittedNode>
{
    /// <summary>Nodes that have left and whose misses are remembered; more are forgotten by who may come back first.</summary>
    public const int MaxGone = 1_024;

    private readonly ImmutableSortedDictionary<NodeId, CommittedNode> _nodes;
    private readonly Lazy<Hash256> _root;

    private NodeSet(ImmutableSortedDictionary<NodeId, CommittedNode> nodes)
    {
        _nodes = nodes;
        _root = new Lazy<Hash256>(() => MerkleTree.Root([.. nodes.Values.Select(node => node.ToLeaf())]));
    }

    public static NodeSet Empty { get; } = new(ImmutableSortedDictionary<NodeId, CommittedNode>.Empty);

    public int Count => _nodes.Count;

    /// <summary>What an epoch record names.</summary>
    public Hash256 Root => _root.Value;

    /// <summary>The nodes that are there.</summary>
    public IEnumerable<NodeInfo> Present => _nodes.Values.Select(node => node.Info).OfType<NodeInfo>();

    public CommittedNode? Find(NodeId id) => _nodes.GetValueOrDefault(id);

    /// <summary>Who has to reveal in the next epoch.</summary>
    public IReadOnlyList<CommittedNode> Committed(Epoch epoch) => [.. _nodes.Values.Where(node => node.IsCommitted(epoch))];

    /// <summary>A table with these nodes, as it was kept.</summary>
    /// <exception cref="InvalidDataException">A key is there twice.</exception>
    public static NodeSet Of(IEnumerable<CommittedNode> nodes)
    {
        var table = ImmutableSortedDictionary.CreateBuilder<NodeId, CommittedNode>();
        foreach (var node in nodes)
        {
            if (!table.TryAdd(node.Id, node))
                throw new InvalidDataException($"nodes: {node.Id} is there twice.");
        }
        return new NodeSet(table.ToImmutable());
    }

    /// <summary>
    /// What is frozen for the next epoch: without the nodes at addresses that are gone, with those that are new or changed.
    /// </summary>
    public NodeSet With(IReadOnlyCollection<NodeInfo> changed, IReadOnlyCollection<string> gone)
    {
        if (changed.Count == 0 && gone.Count == 0)
            return this;
        var table = _nodes.ToBuilder();
        var byAddress = Present.ToDictionary(info => info.Address, info => info.Key.NodeId, StringComparer.Ordinal);
        foreach (var address in gone.Concat(changed.Select(info => info.Address)))
        {
            // An address that another key has now: the node with the key before has left.
            if (byAddress.TryGetValue(address, out var id) && !changed.Any(info => info.Key.NodeId == id))
                Leave(table, id);
        }
        foreach (var info in changed)
            table[info.Key.NodeId] = table.TryGetValue(info.Key.NodeId, out var known) ? known.Announced(info) : new CommittedNode(info);
        return new NodeSet(table.ToImmutable());
    }

    /// <summary>
    /// The table after a record whose epoch was frozen with <paramref name="frozen"/>; this one is that after the record before.
    /// </summary>
    public NodeSet After(EpochRecord record, NodeSet frozen)
    {
        var table = frozen._nodes.ToBuilder();
        foreach (var node in Committed(record.Number))
        {
            var now = table.GetValueOrDefault(node.Id, node with { Info = null });
            if (record.RevealOf(node.Info!.Anchor) is { } reveal)
                Put(now.Shown(reveal));
            else if (record.Reveals.Length > 0)
                Put(now.Missed(record.Number));
            // Where nobody reveals nobody gains: all were down, or a lone node was started again.
        }
        var forgotten = table.Values.Where(node => node.Info is null).OrderByDescending(node => node.Aside).ThenBy(node => node.Id)
            .Skip(MaxGone);
        foreach (var node in forgotten.ToArray())
            table.Remove(node.Id);
        return new NodeSet(table.ToImmutable());

        void Put(CommittedNode node)
        {
            if (node.Info is null && node.Misses == 0)
                table.Remove(node.Id);
            else
                table[node.Id] = node;
        }
    }

    /// <summary>The proof that a node is in the table with this root; <c>null</c> where it is not.</summary>
    public LeafProof? Prove(NodeId id)
    {
        if (!_nodes.ContainsKey(id))
            return null;
        var index = _nodes.Keys.TakeWhile(other => other < id).Count();
        return new LeafProof(index, Count, MerkleTree.Prove([.. _nodes.Values.Select(node => node.ToLeaf())], index));
    }

    /// <summary>Sorted by NodeId.</summary>
    public IEnumerator<CommittedNode> GetEnumerator() => _nodes.Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static void Leave(ImmutableSortedDictionary<NodeId, CommittedNode>.Builder table, NodeId id)
    {
        if (!table.TryGetValue(id, out var node))
            return;
        if (node.Misses == 0)
            table.Remove(id);
        else
            table[id] = node with { Info = null, Revealed = 0, Link = default };
    }
}
