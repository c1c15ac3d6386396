using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>What convicts a banned c-node: two entries of one place, both signed by one key of the author.</summary>
public static class BanProofs
{
    private const byte Between = (byte)'\n';

    /// <summary>The proof's bytes: one entry, a line feed, the other.</summary>
    public static byte[] Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) => [.. first, Between, .. second];

    /// <summary>
    /// Whether what is on record of the author's chain goes to the place of the proof: then its key is known, or it is no proof.
    /// </summary>
    /// <param name="headOf">The number of the last entry of a chain; null where it is not known.</param>
    internal static bool IsCovered(BanProof ban, Func<NodeId, long, long?> headOf)
    {
        var proof = ban.Proof.Span;
        return proof.IndexOf(Between) is not (> 0 and var at) || !Entry.TryParse(proof[..at], out var first, out _)
            || first.Place.Issuer != ban.NodeId || headOf(ban.NodeId, first.Place.Sub) >= first.Place.Seq;
    }

    /// <summary>Null if it convicts; or why not.</summary>
    /// <param name="keyAt">The key that signs at a place of a chain.</param>
    internal static string? Check(BanProof ban, Func<EntryPlace, PublicKey?> keyAt)
    {
        var proof = ban.Proof.Span;
        var at = proof.IndexOf(Between);
        if (at < 0)
            return "not two entries with a line feed between.";
        if (!Entry.TryParse(proof[..at], out var first, out var refused) || !Entry.TryParse(proof[(at + 1)..], out var second, out refused))
            return refused.Message;
        if (first.Place.Issuer != ban.NodeId)
            return $"two entries by {first.Place.Issuer}.";
        return keyAt(first.Place) is { } key && ForkProof.Of(key, first, second) is not null
            ? null
            : "the two entries are no fork, or not signed by a key of the author.";
    }
}
