using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using MemberSet = AkkaCompute.Domain.Ground.MerkleSet<AkkaCompute.Domain.Ground.NodeId, AkkaCompute.Domain.Draw.Member>;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>
/// An epoch while it is closed: frozen, then revealed, then signed. Made by <see cref="RosterState.Freeze"/>; lives in memory only,
/// for one thread. What was not there in time is missing in the record, and nothing is waited for without end.
/// </summary>
public sealed class EpochClosing
{
    private readonly Func<EpochRecord, RosterDelta> _delta;
    private readonly SortedDictionary<Hash256, SignedReveal> _reveals = [];
    private readonly SortedDictionary<NodeId, RecordSignature> _signatures = [];

    internal EpochClosing(
        EpochFreeze frozen, NodeSet before, NodeSet nodes, MemberSet members, MerkleSet<ChainName, ChainHead> heads,
        Func<EpochRecord, RosterDelta> delta)
    {
        (Frozen, Nodes, Members, Heads, _delta) = (frozen, nodes, members, heads, delta);
        Committed = before.Committed(frozen.Number);
    }

    public EpochFreeze Frozen { get; }

    /// <summary>Who is to reveal and to sign.</summary>
    public IReadOnlyList<CommittedNode> Committed { get; }

    /// <summary>The record, from <see cref="Reveal"/> on; without signatures.</summary>
    public EpochRecord? Record { get; private set; }

    /// <summary>Who has not revealed yet, or, once there is a record, has revealed and not signed yet.</summary>
    public IEnumerable<CommittedNode> Missing => Record is null
        ? Committed.Where(node => !_reveals.ContainsKey(node.Info!.Anchor))
        : Committed.Where(node => _reveals.ContainsKey(node.Info!.Anchor) && !_signatures.ContainsKey(node.Id));

    public bool HasMajority => 2 * _signatures.Count > Committed.Count;

    internal NodeSet Nodes { get; }

    internal MemberSet Members { get; }

    internal MerkleSet<ChainName, ChainHead> Heads { get; }

    /// <summary>A node's link. Null if it is taken or was before; else why it is not.</summary>
    public string? Take(SignedReveal shown)
    {
        if (Record is not null)
            return "reveal: too late, the record is made.";
        if (Committed.FirstOrDefault(node => node.Info!.Anchor == shown.Reveal.Anchor) is not { } node)
            return $"reveal: nobody is committed to the chain {shown.Reveal.Anchor}.";
        if (_reveals.TryGetValue(shown.Reveal.Anchor, out var taken))
            return taken.Reveal == shown.Reveal ? null : $"reveal: {node.Id} has shown two links for one freeze.";
        if (EpochRecord.Place(node, shown.Reveal) is null)
            return $"reveal: of {node.Id}, link {shown.Reveal.Index} is not a later link of its chain.";
        if (!Frozen.Verify(node.Key, shown))
            return $"reveal: not signed by {node.Id} for what is frozen.";
        _reveals.Add(shown.Reveal.Anchor, shown);
        return null;
    }

    /// <summary>Makes the record of the reveals that are there.</summary>
    public EpochRecord Reveal() => Record ??= new EpochRecord(Frozen, [.. _reveals.Values]);

    /// <summary>A node's signature of the record. Null if it is taken; else why it is not.</summary>
    public string? Take(RecordSignature signature)
    {
        if (Record is null)
            return "signature: there is no record yet.";
        if (Committed.FirstOrDefault(node => node.Id == signature.Node) is not { } node)
            return $"signature: {signature.Node} is not committed.";
        if (!Record.Verify(node.Key, signature))
            return $"signature: of {node.Id}, it is of another record.";
        _signatures[signature.Node] = signature;
        return null;
    }

    /// <summary>The event to persist.</summary>
    public EpochClosed Finish() => new(_delta(Reveal().With([.. _signatures.Values])));
}
