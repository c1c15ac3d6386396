using System.Globalization;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Trust;
using Spectre.Console;

namespace AkkaCompute.Cli;

/// <summary>The report of an audit for people: what there is, what trust and credits come to, and the verdict in the last line.</summary>
internal static class AuditTable
{
    private const int Findings = 20, Most = 10;

    /// <param name="note">A line of its own above the findings; null for none.</param>
    public static void Write(AuditReport report, string? note = null)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("what").AddColumn(new TableColumn("how many").RightAligned());
        Row(table, "lines", report.Lines);
        foreach (var (kind, count) in report.Kinds)
            Row(table, "  " + kind, count);
        Row(table, "last epoch", (long)report.Epoch.Number);
        Row(table, "degraded epochs", report.Degraded);
        Row(table, "c-nodes in the roster", report.Members);
        Row(table, "c-nodes that declared themselves", report.Authors);
        Row(table, "chains", report.Chains);
        Row(table, "banned", report.Banned);
        Row(table, "open jobs", report.OpenJobs);
        Row(table, "open bundles", report.OpenBundles);
        if (report.Uncompared > 0)
            Row(table, "bundles of near results, whose outcomes can't be verified here", report.Uncompared);
        Row(table, "verdicts that weigh", report.Vouches);
        Row(table, "rewards", report.Rewards);
        if (report.Gone.Count > 0)
            Row(table, "workers gone with a lease, by gateway", report.Gone.Values.Sum());
        foreach (var (gateway, count) in report.Gone.OrderByDescending(gateway => gateway.Value).ThenBy(gateway => gateway.Key).Take(Most))
            Row(table, $"  {gateway}", count);
        if (report.Receipts > 0)
        {
            Row(table, "receipts held against the records", report.Receipts);
            Row(table, "  that no node of these records signed", report.WorthlessReceipts);
        }
        Row(table, "pairs of boss and worker", report.Pairs);
        Row(table, "credits issued", report.Credits.Issued);
        Row(table, $"  free, in {report.Credits.Balances.Count} accounts", report.Credits.Free);
        Row(table, $"  in {report.Credits.Jobs} escrows", report.Credits.Held);
        if (report.Credits.Unfunded > 0)
            Row(table, "  escrows that their bosses have not got, which hold nothing", report.Credits.Unfunded);
        Row(table, "credits put in escrow", report.Credits.Escrowed);
        Row(table, "  paid", report.Credits.Paid);
        Row(table, "  refunded", report.Credits.Refunded);
        Row(table, "  to the pool", report.Credits.Pooled);
        AnsiConsole.Write(table);
        if (report.Period is { } period)
            WriteTrust(period);
        if (report.Credits.Balances.Count > 0)
            WriteBalances(report.Credits);
        Console.WriteLine($"record {report.Record}");
        Console.WriteLine($"trust  {report.TrustRoot}");
        if (note is not null)
            Console.WriteLine(note);
        Write(report.Findings, report.FindingCount);
        if (report.Tail is { } tail)
            Write(tail, report.TrueUpTo);
        Console.WriteLine(Verdict(report));
    }

    private static void Write(IReadOnlyList<AuditFinding> findings, long count)
    {
        foreach (var finding in findings.Take(Findings))
            Console.WriteLine(finding);
        if (count > Findings)
            Console.WriteLine($"and {count - Findings} more.");
    }

    private static void Write(AuditTail tail, Epoch? upTo)
    {
        var (where, figures) = upTo is { } epoch
            ? ($"after record {epoch}", "the figures above end there")
            : ("in this file", "so there are no figures");
        Console.WriteLine(
            $"not vouched for {where}: {tail.Lines} lines from line {tail.FirstLine} on, to epoch {tail.Epoch}, record {tail.Record}; "
            + $"{figures}. "
            + $"It would issue {tail.Issued} credits and pay {tail.Paid}.");
        Write(tail.Findings, tail.FindingCount);
    }

    private static void WriteTrust(TrustPeriod period)
    {
        var table = new Table().Border(TableBorder.Simple).Title($"trust at the end of epoch {period.Epoch}")
            .AddColumn(new TableColumn("c-node").NoWrap()).AddColumn(new TableColumn("share").RightAligned());
        foreach (var id in period.Trust.Ids.OrderByDescending(period.Trust.Of).Take(Most))
            table.AddRow(id.ToString(), (period.Trust.Of(id) / (double)EigenTrust.One).ToString("P3", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    public static string Verdict(AuditReport report) => report.Verdict switch
    {
        AuditVerdict.True => $"true up to record {report.TrueUpTo}, the end of the file{Named(report)}.",
        AuditVerdict.Unvouched =>
            $"true up to record {report.TrueUpTo}{Named(report)}; nobody vouches for what comes after it whom you trust.",
        AuditVerdict.Consistent => $"consistent{Named(report)}. Whether it is what happened, --trust decides.",
        AuditVerdict.Untrusted => "consistent, but nobody vouches for it whom you trust.",
        _ => $"violated: {Worst(report)}",
    };

    /// <summary>What does not end a file's good name is not passed over in its last line.</summary>
    private static string Named(AuditReport report) =>
        report.FindingCount == 0 ? "" : $"; misconduct that counts for nothing: {report.FindingCount}";

    private static AuditFinding Worst(AuditReport report) =>
        report.Findings.Concat(report.Tail?.Findings ?? []).First(finding => finding.Kind != FindingKind.Misconduct);

    private static void WriteBalances(CreditFold credits)
    {
        var table = new Table().Border(TableBorder.Simple).Title("accounts with the most credits")
            .AddColumn(new TableColumn("c-node").NoWrap()).AddColumn(new TableColumn("free").RightAligned());
        foreach (var (id, free) in credits.Balances.OrderByDescending(one => one.Value).ThenBy(one => one.Key).Take(Most))
            table.AddRow(id == AccountProtocol.Pool ? "pool" : id.ToString(), free.ToString("N0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
    }

    private static void Row(Table table, string what, Int128 count) =>
        table.AddRow(Markup.Escape(what), count.ToString("N0", CultureInfo.InvariantCulture));
}
