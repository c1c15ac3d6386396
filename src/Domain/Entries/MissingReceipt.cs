using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Entries;

/// <summary>What a receipt and the records say of a node.</summary>
public enum ReceiptVerdict
{
    /// <summary>The entry is in the chain that the record anchors.</summary>
    Included = 1,

    /// <summary>It is not: the node gave its word, and the records lack the entry.</summary>
    Missing = 2,

    /// <summary>The record is not of two epochs later, or more: the node still has time.</summary>
    TooEarly = 3,

    /// <summary>The receipt is not for this entry, or the node did not sign it.</summary>
    NoReceipt = 4,

    /// <summary>The path does not lead from the anchored head to the entry's place.</summary>
    NoPath = 5,
}

/// <summary>An entry that a node took, and that is not in the records: evidence against the node.</summary>
public static class MissingReceipt
{
    /// <summary>How many epochs later a record must cover the entry.</summary>
    public const int Grace = 2;

    /// <summary>
    /// Compares a receipt with what a record of at least <see cref="Grace"/> epochs later anchors. That the head is what
    /// the record's root has, or that the root has none for this chain, is for the caller to have verified.
    /// </summary>
    /// <param name="key">The node's key.</param>
    /// <param name="entry">The entry that the receipt is for.</param>
    /// <param name="record">The epoch of the record.</param>
    /// <param name="head">The chain's head in it; null where the record has no such chain.</param>
    /// <param name="path">The chain's entries from the head down to the entry's number; empty where the head is before it.</param>
    public static ReceiptVerdict Check(
        Receipt receipt, PublicKey key, Entry entry, Epoch record, ChainHead? head, IReadOnlyList<Entry> path)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(path);
        if (receipt.Entry != entry.Hash || !receipt.Verify(key))
            return ReceiptVerdict.NoReceipt;
        if (record.Number < receipt.Epoch.Number + Grace)
            return ReceiptVerdict.TooEarly;
        if (head is not { } anchored)
            return ReceiptVerdict.Missing;
        if (anchored.Author != entry.Place.Issuer || anchored.Sub != entry.Place.Sub)
            return ReceiptVerdict.NoPath;
        if (anchored.Seq < entry.Place.Seq)
            return ReceiptVerdict.Missing;
        var (seq, hash) = (anchored.Seq, anchored.Hash);
        foreach (var step in path)
        {
            if (seq < entry.Place.Seq || step.Hash != hash || step.Place.Seq != seq)
                return ReceiptVerdict.NoPath;
            (seq, hash) = (seq - 1, step.Place.Previous);
        }
        if (seq != entry.Place.Seq - 1)
            return ReceiptVerdict.NoPath;
        return path[^1].Hash == entry.Hash ? ReceiptVerdict.Included : ReceiptVerdict.Missing;
    }
}
