using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Ledger;

/// <summary>Whether an issue of credits is on record as it says.</summary>
public static class IssueProof
{
    /// <summary>Null if a cluster node has signed it, and another or the same one that it is in that node's chain.</summary>
    /// <param name="keyOf">The key of a cluster node; null where it is not known.</param>
    public static Refused? Check(AccountProtocol.Issue issue, Func<NodeId, PublicKey?> keyOf)
    {
        ArgumentNullException.ThrowIfNull(issue);
        ArgumentNullException.ThrowIfNull(keyOf);
        if (!Entry.TryParse(issue.Entry.Span, out var entry, out var refused))
            return Refuse($"Entry: {refused.Message}");
        if (entry.Claims != new Issuance(issue.NodeId, issue.Key, issue.Amount.Amount))
            return Refuse($"Entry: {entry} issues not {issue.Amount} to {issue.NodeId} by the key {issue.Key}.");
        if (!Receipt.TryParse(issue.Receipt.Span, out var receipt, out refused))
            return Refuse($"Receipt: {refused.Message}");
        if (receipt.Entry != entry.Hash)
            return Refuse($"Receipt: of {receipt.Entry}, not of {entry.Hash}.");
        if (keyOf(entry.Place.Issuer) is not { } author || keyOf(receipt.Node) is not { } keeper)
            return new Refused(RefusalReason.Unavailable, "Entry, Receipt: not by cluster nodes that are known here yet.");
        return entry.Verify(author) && receipt.Verify(keeper) ? null : Refuse("Entry, Receipt: not signed by whom they say.");
    }

    private static Refused Refuse(string why) => new(RefusalReason.Invalid, why);
}
