using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Audit.Folds;

/// <summary>How bad it is.</summary>
public enum FindingKind
{
    /// <summary>The history itself does not hold: nothing after it is looked at.</summary>
    Broken = 1,

    /// <summary>The history holds, and somebody wrote into it what is not right: it counts for nothing, and the audit goes on.</summary>
    Misconduct = 2,

    /// <summary>
    /// The history holds, and cluster nodes put into it what nothing bears out, or broke their word: no stranger can do that. The audit
    /// goes on, and what it is about counts for nothing.
    /// </summary>
    Violation = 3,
}

/// <summary>Something that must not be.</summary>
/// <param name="Line">The number of the line in the export, from 1.</param>
/// <param name="Kind">How bad it is.</param>
/// <param name="Entry">The hash of the entry that it is about; null where it is about none.</param>
/// <param name="Why">For people: names who, what, and what was to be expected.</param>
public sealed record AuditFinding(long Line, FindingKind Kind, Hash256? Entry, string Why)
{
    public override string ToString() => $"line {Line}{(Entry is { } hash ? $", entry {hash}" : "")}: {Why}";
}
