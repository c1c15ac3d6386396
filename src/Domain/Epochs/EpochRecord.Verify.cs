using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Epochs;

/// <summary>What a record is worth.</summary>
public enum RecordWorth
{
    /// <summary>Its draws count.</summary>
    Counts,

    /// <summary>
    /// A reveal is missing or a link was skipped, or no majority signed it, or nobody was committed: its draws run, and count for nothing.
    /// </summary>
    Degraded,

    /// <summary>It does not follow on the record before, or something in it is forged.</summary>
    Wrong,
}

/// <param name="Why">Empty where it counts; for people.</param>
public readonly record struct RecordVerdict(RecordWorth Worth, string Why)
{
    public bool Counts => Worth == RecordWorth.Counts;
}

public sealed partial class EpochRecord
{
    /// <summary>Links that may lie between two reveals of a chain. Each was shown to a freeze that became no record.</summary>
    public const uint MaxSkip = 1_024;

    /// <summary>
    /// What this record is worth after the one before it. Pure: whoever has the records comes to the same verdict. That the roots
    /// are those of what they stand for is for whoever has that: <see cref="RosterReplicaState"/>, an audit.
    /// </summary>
    /// <param name="previous">The record before; null before the first.</param>
    /// <param name="nodes">The cluster nodes after it: <see cref="NodeSet.After"/>.</param>
    public RecordVerdict Verify(EpochRecord? previous, NodeSet nodes)
    {
        var number = (previous?.Number ?? Epoch.None).Next;
        if (Number != number)
            return Wrong($"number: {Number} does not follow on {previous?.Number ?? Epoch.None}.");
        if (Previous != (previous?.Hash ?? default))
            return Wrong("previous: not the hash of the record before.");
        return Verify(nodes);
    }

    /// <inheritdoc cref="Verify(EpochRecord?, NodeSet)"/>
    /// <remarks>Without the record before: for a snapshot, which begins somewhere.</remarks>
    public RecordVerdict Verify(NodeSet nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        var committed = nodes.Committed(Number);
        string? degraded = committed.Count == 0 ? "nobody was committed." : null;
        var byAnchor = new Dictionary<Hash256, CommittedNode>();
        foreach (var node in committed)
        {
            if (!byAnchor.TryAdd(node.Info!.Anchor, node))
                degraded ??= $"{node.Id} has the chain of another node.";
        }
        foreach (var shown in Shown)
        {
            if (!byAnchor.Remove(shown.Reveal.Anchor, out var node))
                return Wrong($"reveals: nobody was committed to the chain {shown.Reveal.Anchor}.");
            if (Place(node, shown.Reveal) is not { } skipped)
                return Wrong($"reveals: of {node.Id}, link {shown.Reveal.Index} is not a later link of its chain.");
            if (!Frozen.Verify(node.Key, shown))
                return Wrong($"reveals: of {node.Id}, not signed by it for what is frozen.");
            if (skipped > 0)
                degraded ??= $"{node.Id} skipped {skipped} links.";
        }
        if (byAnchor.Count > 0)
            degraded ??= $"the reveals of {string.Join(", ", byAnchor.Values.Select(node => node.Id))} are missing.";
        foreach (var signature in Signatures)
        {
            if (nodes.Find(signature.Node) is not { } node || !node.IsCommitted(Number))
                return Wrong($"signatures: {signature.Node} was not committed.");
            if (!Verify(node.Key, signature))
                return Wrong($"signatures: not by {signature.Node}.");
        }
        if (2 * Signatures.Length <= committed.Count)
            degraded ??= $"{Signatures.Length} of {committed.Count} nodes signed it.";
        return degraded is null ? new RecordVerdict(RecordWorth.Counts, "") : new RecordVerdict(RecordWorth.Degraded, degraded);
    }

    /// <summary>How many links lie between the last one shown and this one; null where it is none of those to come.</summary>
    internal static uint? Place(CommittedNode node, Reveal reveal)
    {
        if (reveal.Index <= node.Revealed || reveal.Index - node.Revealed > MaxSkip)
            return null;
        var link = reveal.Link;
        for (var i = node.Revealed; i < reveal.Index; i++)
            link = HashChainBeacon.Step(link);
        return link == node.Link ? reveal.Index - node.Revealed - 1 : null;
    }

    private static RecordVerdict Wrong(string why) => new(RecordWorth.Wrong, why);
}
