using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Report;

/// <summary>Two exports, each audited, and held against each other.</summary>
/// <param name="File">The audit of the one that was asked about.</param>
/// <param name="Other">The audit of the one that it was held against.</param>
/// <param name="Common">The last epoch of which both have the same record, and so the same history; 0 where there is none.</param>
/// <param name="Parted">The first two records of one epoch that differ; null where the histories agree, or there was nothing to
/// compare.</param>
/// <param name="Forks">Whose key signed both records of one epoch: the first proof of each, by epoch and key.</param>
public sealed record Comparison(
    AuditReport File, AuditReport Other, Epoch Common, (EpochRecord File, EpochRecord Other)? Parted, IReadOnlyList<RecordFork> Forks)
{
    /// <summary>
    /// Whether both hold, and tell one history as far as both go: one of them may be longer. Who vouches for FILE is another question.
    /// </summary>
    public bool Holds => Parted is null && Other.Verdict != AuditVerdict.Violated && File.Verdict != AuditVerdict.Violated;
}
