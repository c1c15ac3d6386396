using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Authors.Light;

/// <summary>
/// Follows the epoch records of a network without its roster, from public keys of cluster nodes that its owner trusts: what a gateway
/// says of the history is held against the signatures of these nodes before anything is signed that names it. A record that more than
/// half of the nodes known have signed brings the nodes after it, so that a network may change its nodes while one looks. Whoever looks
/// after more than half of them have gone needs new keys. For any thread.
/// </summary>
/// <remarks>
/// The rule is that of light clients that skip (as in Tendermint's): it holds as long as not more than half of the nodes that signed one
/// record sign a false one later.
/// </remarks>
public sealed class LightClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<NodeId, NodeLeaf> _nodes;
    private Checkpoint _seen;

    /// <param name="nodes">Public keys of cluster nodes, one at least.</param>
    /// <exception cref="ArgumentException">No key.</exception>
    public LightClient(IEnumerable<PublicKey> nodes)
        : this(nodes.Distinct().Select(key => new NodeLeaf(key, IsThere: true, Epoch.None)), Checkpoint.None)
    {
    }

    /// <summary>As it was kept.</summary>
    /// <param name="nodes">The cluster nodes after the record, one at least, each once.</param>
    /// <param name="seen">The record.</param>
    /// <exception cref="ArgumentException">No node, or one twice.</exception>
    public LightClient(IEnumerable<NodeLeaf> nodes, Checkpoint seen)
    {
        _nodes = nodes.ToDictionary(node => node.Key.NodeId);
        if (_nodes.Count == 0)
            throw new ArgumentException("no key of a cluster node.", nameof(nodes));
        _seen = seen;
    }

    /// <summary>The latest record that was verified; <see cref="Checkpoint.None"/> before the first.</summary>
    public Checkpoint Seen
    {
        get
        {
            lock (_lock)
                return _seen;
        }
    }

    /// <summary>That record, and the cluster nodes after it, by NodeId.</summary>
    public (Checkpoint Seen, IReadOnlyList<NodeLeaf> Nodes) Known
    {
        get
        {
            lock (_lock)
                return (_seen, [.. _nodes.Values.OrderBy(node => node.Key.NodeId)]);
        }
    }

    /// <summary>The key of a cluster node; null where it is none that is known.</summary>
    public PublicKey? KeyOf(NodeId node)
    {
        lock (_lock)
            return _nodes.GetValueOrDefault(node)?.Key;
    }

    /// <summary>Takes what a gateway shows as the record in force.</summary>
    /// <returns>Why it can't be believed yet, in words for its owner: too few have signed it, as while nodes start or are away. Null: it
    /// was verified now or before, or it is older than one that was.</returns>
    /// <exception cref="LyingNetworkException">No honest gateway shows that.</exception>
    public string? Take(ShownRecord shown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        var record = shown.Record;
        lock (_lock)
        {
            Compare(record);
            if (record.Number <= _seen.Epoch)
                return null;
            if (!shown.IsWhole)
                throw new LyingNetworkException($"The cluster nodes that it shows are not those of the record of epoch {record.Number}.");
            var (signed, due) = Count(record);
            if (2 * signed <= due || due == 0)
                return $"The record of epoch {record.Number} is signed by {signed} of the {due} cluster nodes that are trusted.";
            Enter(shown);
            return null;
        }
    }

    /// <summary>Takes how far a record covers a chain, as a gateway shows it.</summary>
    /// <param name="shown">The record that the proof is about.</param>
    /// <param name="head">What is said of the chain.</param>
    /// <returns>True: it is so. False: the record can't be believed yet, or a later one was verified, or no head is shown, which says
    /// nothing without a proof; it is asked for again.</returns>
    /// <exception cref="LyingNetworkException">No honest gateway shows that.</exception>
    public bool Take(ShownRecord shown, ChainName chain, ShownHead head)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(head);
        var record = shown.Record;
        if (head.Epoch != record.Number || (head.Head is { } own && own.Chain != chain))
            throw new LyingNetworkException(
                $"It was asked about the chain {chain.Sub} of {chain.Author} and shows another, or of another epoch.");
        if (head.Head is { } said && head.Proof?.Verify(record.HeadsRoot, said) != true)
            throw new LyingNetworkException(
                $"The proof that the record of epoch {record.Number} covers the chain {chain.Sub} of {chain.Author} does not hold.");
        return Take(shown) is null && head.Head is not null && Seen == new Checkpoint(record.Number, record.Hash);
    }

    /// <summary>What a gateway says is a record: it is one that was verified, or a later or an earlier one.</summary>
    /// <exception cref="LyingNetworkException">It contradicts the record that was verified.</exception>
    public void Hear(Checkpoint said)
    {
        lock (_lock)
        {
            if (said.Epoch == _seen.Epoch && said.Hash != _seen.Hash)
                throw Contradicts(said.Epoch, said.Hash);
        }
    }

    private void Compare(EpochRecord record)
    {
        if (record.Number == _seen.Epoch && record.Hash != _seen.Hash)
            throw Contradicts(record.Number, record.Hash);
        if (_seen != Checkpoint.None && record.Number == _seen.Epoch.Next && record.Previous != _seen.Hash)
            throw new LyingNetworkException(
                $"The record of epoch {record.Number} follows on {record.Previous}, and that of epoch {_seen.Epoch} was {_seen.Hash}.");
    }

    private (int Signed, int Due) Count(EpochRecord record)
    {
        var signed = 0;
        foreach (var signature in record.Signatures)
        {
            if (!_nodes.TryGetValue(signature.Node, out var node) || node.Aside >= record.Number)
                continue;
            if (!record.Verify(node.Key, signature))
                throw new LyingNetworkException($"The signature of {signature.Node} under the record of epoch {record.Number} is none.");
            signed++;
        }
        return (signed, _nodes.Values.Count(node => node.Aside < record.Number));
    }

    private void Enter(ShownRecord shown)
    {
        var there = shown.Table.Select(leaf => NodeLeaf.Parse(leaf.Span)).Where(node => node.IsThere).ToArray();
        _seen = new Checkpoint(shown.Record.Number, shown.Record.Hash);
        if (there.Length == 0)
            return; // all have left, as the record has it: those before are still the last that anybody can trust
        _nodes.Clear();
        foreach (var node in there)
            _nodes[node.Key.NodeId] = node;
    }

    private LyingNetworkException Contradicts(Epoch epoch, Hash256 said) =>
        new($"It says that epoch {epoch} has the record {said}, and the trusted nodes have signed {_seen.Hash}.");
}

/// <summary>A gateway says what the cluster nodes that one trusts have not signed. Nothing more is signed there.</summary>
public sealed class LyingNetworkException(string message) : Exception(message);
