using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>What a cluster asks of who wants to enter.</summary>
/// <param name="Bits">The difficulty of the proof of work; 20 by default, 0 in tests.</param>
/// <param name="MaxAge">How many epochs old the checkpoint in a declaration may be; null for any age.</param>
public sealed record AdmissionRules(int Bits = 20, long? MaxAge = null);

/// <summary>Whether a declaration lets its author in. A pure function: whoever has the entry comes to the same answer.</summary>
public static class Admission
{
    /// <summary>
    /// Null if it is good. The proof of work, one hash, is looked at before the signature, which costs two hundred.
    /// </summary>
    /// <param name="now">The epoch that includes it.</param>
    public static EntryRefused? Check(Entry entry, AdmissionRules rules, Epoch now)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(rules);
        if (entry.Claims is not Declare declare || entry.Place.Seq != 0)
            return new EntryRefused(
                EntryRefusal.UnknownAuthor,
                $"typ: {entry.Claims.Type} of number {entry.Place.Seq}, but {entry.Place.Issuer} has not declared itself.");
        if (declare.Key.NodeId != entry.Place.Issuer)
            return new EntryRefused(EntryRefusal.WrongKey, "iss: not the SHA-256 of the declared key.");
        var seen = entry.Place.Checkpoint.Epoch;
        if (seen > now)
            return new EntryRefused(EntryRefusal.BadCheckpoint, $"cp: epoch {seen}, but it is epoch {now}.");
        if (rules.MaxAge is { } age && now.Number - seen.Number > (ulong)age)
            return new EntryRefused(
                EntryRefusal.StaleWork, $"cp: epoch {seen} is more than {age} epochs before {now}: do the proof of work again.");
        var bits = ProofOfWork.Bits(ProofOfWork.Challenge(entry.Place, declare), declare.Work);
        if (bits < rules.Bits)
            return new EntryRefused(EntryRefusal.TooLittleWork, $"pow: {bits} zero bits, at least {rules.Bits}.");
        return entry.Verify(declare.Key) ? null : new EntryRefused(EntryRefusal.BadSignature, "entry: not signed by the declared key.");
    }
}
