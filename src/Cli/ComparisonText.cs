using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Cli;

/// <summary>
/// What came of holding two files against each other, after the report of the first: who is convicted, and the verdict in the last line.
/// </summary>
internal static class ComparisonText
{
    private const int Findings = 20;

    /// <param name="file">The name of the first file.</param>
    /// <param name="other">The name of the other one.</param>
    public static void Write(Comparison comparison, string file, string other)
    {
        var theirs = comparison.Other;
        foreach (var finding in theirs.Findings.Take(Findings))
            Console.WriteLine($"{other}: {finding}");
        if (theirs.FindingCount > Findings)
            Console.WriteLine($"{other}: and {theirs.FindingCount - Findings} more.");
        Console.WriteLine(
            $"{other}: {(theirs.Verdict == AuditVerdict.Violated ? "violated" : "consistent")}, to epoch {theirs.Epoch}, record "
            + $"{theirs.Record}");
        foreach (var fork in comparison.Forks)
            Console.WriteLine(
                $"convicted: {fork.Key}, which signed two records of epoch {fork.First.Number}: {fork.First.Hash} and {fork.Second.Hash}");
        Console.WriteLine(Verdict(comparison, file, other));
    }

    private static string Verdict(Comparison comparison, string file, string other)
    {
        if (comparison.Parted is { } parted)
        {
            var who = comparison.Forks.Count == 0
                ? "no key has signed both: two networks, or one of them is made up"
                : $"keys that signed both: {comparison.Forks.Count}";
            return $"the histories part at epoch {parted.File.Number}: record {parted.File.Hash} in {file}, {parted.Other.Hash} in "
                + $"{other}; {who}.";
        }
        if (comparison.Common == Epoch.None)
            return "nothing to compare: there is no epoch that holds in both.";
        var (ours, theirs) = (comparison.File.Epoch, comparison.Other.Epoch);
        return $"one history to epoch {comparison.Common}"
            + (ours > theirs
                ? $"; {file} goes on to epoch {ours}."
                : theirs > ours
                ? $"; {other} goes on to epoch {theirs}."
                : ", the end of both.");
    }
}
