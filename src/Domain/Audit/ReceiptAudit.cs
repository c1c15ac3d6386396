using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>
/// Receipts that authors have kept, held against the records: a node that gave its word for an entry that is in no record, though
/// records have gone on, is convicted by the two. Receipts are no part of an export: who gave one could leave it out.
/// </summary>
internal sealed class ReceiptAudit(IReadOnlyCollection<Receipt> receipts, Findings findings)
{
    private readonly Dictionary<Hash256, List<Receipt>> _open = receipts.Distinct().GroupBy(receipt => receipt.Entry).ToDictionary(of => of.Key, of => of.ToList());
    private readonly Dictionary<NodeId, PublicKey> _keys = []; // of all nodes that the records know or knew

    /// <summary>An epoch that holds.</summary>
    internal void Take(EpochSection section)
    {
        foreach (var node in section.Nodes)
            _keys[node.Key.NodeId] = node.Key;
        if (_open.Count == 0)
            return;
        foreach (var (entry, _) in section.Entries)
            _open.Remove(entry.Hash);
    }

    /// <summary>The end of the file.</summary>
    /// <param name="last">The last record's epoch.</param>
    /// <returns>Receipts that prove nothing: of no node of these records, or not signed by it.</returns>
    internal int End(Epoch last)
    {
        var worthless = 0;
        foreach (var receipt in _open.Values.SelectMany(of => of).OrderBy(receipt => receipt.Epoch).ThenBy(receipt => receipt.Entry))
        {
            if (!_keys.TryGetValue(receipt.Node, out var key) || !receipt.Verify(key))
                worthless++;
            else if (last.Number >= receipt.Epoch.Number + Receipt.Grace)
                findings.Blame(receipt, $"its node {receipt.Node} gave its word in epoch {receipt.Epoch}, and no record to epoch {last} has the entry.");
        }
        return worthless;
    }
}
