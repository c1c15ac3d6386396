using AkkaCompute.Domain.Audit.Report;

namespace AkkaCompute.Cli.Usage;

/// <summary>What the process says when it ends. Where more than one fits, the first of 2, 1, 3, 4.</summary>
internal static class ExitCodes
{
    /// <summary>
    /// Consistent, and true to the end of the file where that was asked. What c-nodes did wrong is named, and counts for nothing.
    /// </summary>
    public const int Good = 0;

    /// <summary>The history is broken, cluster nodes did what they must not, or two histories part.</summary>
    public const int Violated = 1;

    /// <summary>Wrong usage: no such file, no such key.</summary>
    public const int WrongUsage = 2;

    /// <summary>A c-node broke a rule; with <c>--strict</c> alone.</summary>
    public const int Misconduct = 3;

    /// <summary>Nobody whom the auditor trusts vouches for the end of the file, or for any of it.</summary>
    public const int Unvouched = 4;

    /// <summary>A task of a <c>map</c> did not succeed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The task has no result: its time or memory ran out, or workers did not agree.</summary>
    public const int NoResult = 124;

    /// <summary>The network refused the job, or did not answer.</summary>
    public const int NotRun = 125;

    /// <summary>Ctrl-C: the job was cancelled.</summary>
    public const int Cancelled = 130;

    /// <summary>The program trapped, as a shell shows SIGABRT.</summary>
    public const int Trapped = 134;

    public static int Of(AuditReport report, bool strict) => report.Verdict switch
    {
        AuditVerdict.Violated => Violated,
        _ when strict && report.FindingCount > 0 => Misconduct,
        AuditVerdict.Untrusted or AuditVerdict.Unvouched => Unvouched,
        _ => Good,
    };
}
