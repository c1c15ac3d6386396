using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>
/// Receipts that authors have kept, held against the records: a node that gave its word for an entry that is in no record, though records
/// have gone on, is convicted by the two. Receipts are no part of an export: the node that gave one could leave it out. Records that nobody
/// vouches for neither convict nor clear anybody: what they have waits for one that is vouched for.
/// </summary>
internal sealed class ReceiptAudit(IReadOnlyCollection<Receipt> receipts, Findings findings)
{
    private readonly Dictionary<Hash256, List<Receipt>> _open = receipts.Distinct().GroupBy(receipt => receipt.Entry)
        .ToDictionary(of => of.Key, of => of.ToList());
    private readonly Dictionary<NodeId, PublicKey> _keys = []; // of all nodes that the records know or knew

    private readonly List<PublicKey> _newKeys = []; // of records that nobody has vouched for so far
    private readonly HashSet<Hash256> _covered = [];

    /// <summary>An epoch that holds.</summary>
    /// <param name="vouched">Whether it is vouched for, and so all before it.</param>
    internal void Take(EpochSection section, bool vouched)
    {
        _newKeys.AddRange(section.Nodes.Select(node => node.Key));
        if (_open.Count > 0)
            _covered.UnionWith(section.Entries.Select(one => one.Entry.Hash).Where(_open.ContainsKey));
        if (!vouched)
            return;
        foreach (var key in _newKeys)
            _keys[key.NodeId] = key;
        foreach (var entry in _covered)
            _open.Remove(entry);
        _newKeys.Clear();
        _covered.Clear();
    }

    /// <summary>The end of the file.</summary>
    /// <param name="last">The epoch of the last record that is vouched for.</param>
    /// <returns>Receipts that prove nothing: of no node of these records, or not signed by it.</returns>
    internal int End(Epoch last)
    {
        var worthless = 0;
        foreach (var receipt in _open.Values.SelectMany(of => of).OrderBy(receipt => receipt.Epoch).ThenBy(receipt => receipt.Entry))
        {
            if (!_keys.TryGetValue(receipt.Node, out var key) || !receipt.Verify(key))
                worthless++;
            else if (last.Number >= receipt.Epoch.Number + Receipt.Grace)
                findings.Violate(
                    receipt,
                    $"its node {receipt.Node} gave its word in epoch {receipt.Epoch}, and no record to epoch {last} has the entry.");
        }
        return worthless;
    }
}
