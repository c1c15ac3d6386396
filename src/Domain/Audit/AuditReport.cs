using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit;

/// <summary>What an audit says of a file.</summary>
public enum AuditVerdict
{
    /// <summary>Everything fits together; whether it is what happened depends on who signed it.</summary>
    Consistent = 1,

    /// <summary>And it is vouched for, up to <see cref="AuditReport.TrueUpTo"/>, by whom the auditor trusts.</summary>
    True = 2,

    /// <summary>Something does not hold: <see cref="AuditReport.Findings"/>.</summary>
    Violated = 3,

    /// <summary>It is consistent, but vouched for by nobody whom the auditor trusts.</summary>
    Untrusted = 4,
}

/// <summary>What an audit found, and how much it looked at.</summary>
public sealed record AuditReport
{
    public required long Lines { get; init; }

    /// <summary>Lines by kind; an entry's is its type.</summary>
    public required IReadOnlyDictionary<string, long> Kinds { get; init; }

    /// <summary>Receipts that were held against the records.</summary>
    public long Receipts { get; init; }

    /// <summary>Of these, the ones that no node of these records has signed: they prove nothing.</summary>
    public long WorthlessReceipts { get; init; }

    /// <summary>The last record that was checked.</summary>
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

    /// <summary>Verdicts that weigh.</summary>
    public required long Vouches { get; init; }
    public required long Rewards { get; init; }
    public required int Pairs { get; init; }
    public required TrustPeriod? Period { get; init; }
    public required Hash256 TrustRoot { get; init; }
    public required CreditFold Credits { get; init; }

    /// <summary>The first of them; <see cref="FindingCount"/> is how many there are.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }
    public required long FindingCount { get; init; }

    /// <summary>Whether the audit ended at a line, as nothing after it can be trusted.</summary>
    public required bool IsBroken { get; init; }
    public required bool HasTrust { get; init; }
    public required Epoch? TrueUpTo { get; init; }

    public AuditVerdict Verdict =>
        FindingCount > 0 ? AuditVerdict.Violated
        : TrueUpTo is not null ? AuditVerdict.True
        : HasTrust ? AuditVerdict.Untrusted
        : AuditVerdict.Consistent;
}
