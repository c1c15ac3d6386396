using System.Collections.Immutable;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>Figures at the end of an epoch that is vouched for. What is large in them is copied only when another epoch is not.</summary>
/// <param name="Kinds">Lines by kind up to there.</param>
internal sealed record AuditMark(
    long Lines, IReadOnlyDictionary<string, long> Kinds, Epoch Epoch, Hash256 Record, long Degraded, int Members, int Authors, long Chains,
    int Banned,
    long Vouches, long Rewards, int Pairs, TrustPeriod? Period, Hash256 TrustRoot, (long Count, int Kept, long Violations) Found)
{
    /// <summary>The mark before the first record.</summary>
    internal static AuditMark Nothing { get; } = new(
        0, new Dictionary<string, long>(), Epoch.None, default, 0, 0, 0, 0, 0, 0, 0, 0, null, default, default);

    /// <summary>Workers that gateways have said to be gone, by gateway.</summary>
    internal ImmutableSortedDictionary<NodeId, long> Gone { get; init; } = ImmutableSortedDictionary<NodeId, long>.Empty;

    /// <summary>Null as long as what the auditor has is what it had then.</summary>
    internal AuditLedger? Copied { get; set; }
}

/// <summary>What is large in the figures, or takes a walk over what is open.</summary>
internal sealed record AuditLedger(CreditFold Credits, int OpenJobs, long OpenBundles, long Uncompared, Explanation? Explanation)
{
    internal static AuditLedger Nothing(Findings findings) => new(new CreditFold(findings, null), 0, 0, 0, null);
}
