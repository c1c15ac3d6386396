using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// What a cluster node owes to the history, whatever the singleton asks for: it shows each link of its chain for one freeze, and
/// signs one record of an epoch. Lives as long as the process, as its chains do; for one thread.
/// </summary>
public sealed class NodeWitness(KeyPair key)
{
    /// <summary>Freezes of one epoch that it reveals for: each costs a link.</summary>
    public const int MaxFreezes = 16;

    private readonly Dictionary<Hash256, uint> _used = [];
    private readonly List<(EpochFreeze Freeze, SignedReveal Shown)> _shown = [];
    private (Epoch Epoch, Hash256 Hash) _signed;

    /// <summary>
    /// The link for a freeze: the same for the same freeze, for another one a link that was never shown. Null where there is none,
    /// with the reason.
    /// </summary>
    /// <param name="previous">The last record that the node has: what is frozen has to follow on it.</param>
    /// <param name="nodes">The nodes after that record.</param>
    /// <param name="chain">The chain with an anchor, if it is one of this process.</param>
    public SignedReveal? Reveal(EpochFreeze freeze, EpochRecord? previous, NodeSet nodes, Func<Hash256, IBeacon?> chain, out string why)
    {
        ArgumentNullException.ThrowIfNull(freeze);
        why = "";
        if (!Follows(freeze, previous, out why))
            return null;
        if (nodes.Find(key.NodeId) is not { } self || !self.IsCommitted(freeze.Number))
            why = "freeze: this node is not committed.";
        else if (chain(self.Info!.Anchor) is not { } beacon)
            why = "freeze: the committed chain is not one of this process.";
        else
            return Reveal(freeze, beacon, self.Revealed, out why);
        return null;
    }

    /// <summary>
    /// The signature of a record; null where it signs none, with the reason. A process that has started again does not know what the one
    /// before it has signed: it signs nothing before a record has its own chain.
    /// </summary>
    /// <inheritdoc cref="Reveal(EpochFreeze, EpochRecord?, NodeSet, Func{Hash256, IBeacon?}, out string)"/>
    public RecordSignature? Sign(EpochRecord record, EpochRecord? previous, NodeSet nodes, Func<Hash256, IBeacon?> chain, out string why)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (!Follows(record.Frozen, previous, out why))
            return null;
        if (_signed.Epoch > record.Number || (_signed.Epoch == record.Number && _signed.Hash != record.Hash))
            why = $"record: this node has signed another record of epoch {_signed.Epoch}.";
        else if (nodes.Find(key.NodeId) is not { } self || !self.IsCommitted(record.Number))
            why = "record: this node is not committed.";
        else if (chain(self.Info!.Anchor) is null)
            why = "record: the committed chain is not one of this process.";
        else if (_shown.Find(shown => shown.Freeze == record.Frozen) is { Freeze: not null } own
            && record.RevealOf(own.Shown.Reveal.Anchor) != own.Shown.Reveal)
            why = "record: what this node has revealed is missing.";
        else if (record.Verify(previous, nodes) is { Worth: RecordWorth.Wrong } verdict)
            why = $"record: {verdict.Why}";
        if (why.Length > 0)
            return null;
        _signed = (record.Number, record.Hash);
        return record.Sign(key);
    }

    private SignedReveal? Reveal(EpochFreeze freeze, IBeacon beacon, uint revealed, out string why)
    {
        why = "";
        if (_shown.Count > 0 && _shown[0].Freeze.Number != freeze.Number)
            _shown.Clear();
        if (_shown.Find(shown => shown.Freeze == freeze) is { Freeze: not null } before)
            return before.Shown;
        var index = Math.Max(_used.GetValueOrDefault(beacon.Anchor), revealed) + 1;
        if (_shown.Count >= MaxFreezes)
            why = $"freeze: epoch {freeze.Number} was frozen {MaxFreezes} times.";
        else if (index > beacon.Length)
            why = "freeze: the chain has ended.";
        if (why.Length > 0)
            return null;
        _used[beacon.Anchor] = index;
        var signed = freeze.Sign(key, beacon.Reveal(index));
        _shown.Add((freeze, signed));
        return signed;
    }

    private static bool Follows(EpochFreeze freeze, EpochRecord? previous, out string why)
    {
        var next = (previous?.Number ?? Epoch.None).Next;
        why = freeze.Number != next
            ? $"freeze: epoch {freeze.Number}, but the next one is {next}."
            : freeze.Previous != (previous?.Hash ?? default)
                ? $"freeze: of epoch {next}, it does not follow on the record that this node has."
            : "";
        return why.Length == 0;
    }
}
