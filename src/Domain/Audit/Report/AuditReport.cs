using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>What an audit says of a file.</summary>
public enum AuditVerdict
{
    /// <summary>Everything fits together; whether it is what happened depends on who signed it.</summary>
    Consistent = 1,

    /// <summary>The history holds, and those whom the auditor trusts vouch for it to its end.</summary>
    True = 2,

    /// <summary>The history does not hold, or cluster nodes did what they must not: <see cref="AuditReport.Findings"/>.</summary>
    Violated = 3,

    /// <summary>It is consistent, but vouched for by nobody whom the auditor trusts.</summary>
    Untrusted = 4,

    /// <summary>It is vouched for up to <see cref="AuditReport.TrueUpTo"/>, and <see cref="AuditReport.Tail"/> comes after it.</summary>
    Unvouched = 5,
}

/// <summary>
/// What an audit found, and how much it looked at. Its figures end with the last record that is vouched for by whom the auditor trusts;
/// where the auditor trusts nobody, with the last one that holds.
/// </summary>
public sealed record AuditReport
{
    public required long Lines { get; init; }

    /// <summary>Lines by kind; an entry's is its type.</summary>
    public required IReadOnlyDictionary<string, long> Kinds { get; init; }

    /// <summary>Receipts that were held against the records.</summary>
    public long Receipts { get; init; }

    /// <summary>How many of them no node of these records has signed: they prove nothing.</summary>
    public long WorthlessReceipts { get; init; }

    /// <summary>The last record.</summary>
    public required Epoch Epoch { get; init; }
    public required Hash256 Record { get; init; }
    public required long Degraded { get; init; }

    /// <summary>C-nodes in the last roster.</summary>
    public required int Members { get; init; }

    /// <summary>C-nodes that have declared themselves.</summary>
    public required int Authors { get; init; }
    public required long Chains { get; init; }
    public required int Banned { get; init; }
    public required int OpenJobs { get; init; }
    public required long OpenBundles { get; init; }

    /// <summary>
    /// Decided bundles whose results were compared by their numbers, which are not in the file: whether their outcomes and verdicts are
    /// right can't be verified.
    /// </summary>
    public long Uncompared { get; init; }

    /// <summary>Verdicts that weigh.</summary>
    public required long Vouches { get; init; }
    public required long Rewards { get; init; }

    /// <summary>
    /// How many workers each gateway has said to have vanished with a lease that they had accepted; a gateway that picks whom it keeps has
    /// many.
    /// </summary>
    public IReadOnlyDictionary<NodeId, long> Gone { get; init; } = ImmutableSortedDictionary<NodeId, long>.Empty;
    public required int Pairs { get; init; }
    public required TrustPeriod? Period { get; init; }
    public required Hash256 TrustRoot { get; init; }
    public required CreditFold Credits { get; init; }

    /// <summary>The first of what was found in it; <see cref="FindingCount"/> is how many there are.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }
    public required long FindingCount { get; init; }

    /// <summary>Whether cluster nodes did what they must not.</summary>
    public required bool HasViolation { get; init; }

    /// <summary>Whether the audit ended at a line, as nothing after it can be trusted.</summary>
    public required bool IsBroken { get; init; }
    public required bool HasTrust { get; init; }
    public required Epoch? TrueUpTo { get; init; }

    /// <summary>What comes after the last record that is vouched for; null where nothing does, or nobody is trusted.</summary>
    public required AuditTail? Tail { get; init; }

    public AuditVerdict Verdict =>
        IsBroken || HasViolation ? AuditVerdict.Violated
        : !HasTrust ? AuditVerdict.Consistent
        : TrueUpTo is null ? AuditVerdict.Untrusted
        : Tail is null ? AuditVerdict.True
        : AuditVerdict.Unvouched;
}

/// <summary>What nobody vouches for whom the auditor trusts. Whoever appends it to a true file can write anything there.</summary>
/// <param name="FirstLine">Its first line.</param>
/// <param name="Lines">How many it has.</param>
/// <param name="Epoch">The last epoch in it that holds; that of the last vouched record where none does.</param>
/// <param name="Record">The record of that epoch.</param>
/// <param name="Issued">Credits that would be issued by it.</param>
/// <param name="Paid">Credits that would be paid by it.</param>
/// <param name="Findings">The first of what was found in it.</param>
/// <param name="FindingCount">How much was found in it.</param>
public sealed record AuditTail(
    long FirstLine, long Lines, Epoch Epoch, Hash256 Record, Int128 Issued, Int128 Paid, IReadOnlyList<AuditFinding> Findings,
    long FindingCount);
