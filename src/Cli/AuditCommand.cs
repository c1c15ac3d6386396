using System.CommandLine;
using AkkaCompute.Domain.Audit;

namespace AkkaCompute.Cli;

/// <summary><c>audit</c>: checks an export from nothing but itself.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'AkkaCompute.Cluster.Node export' wrote." };
        var trust = new Option<string?>("--trust")
        {
            Description = "Whom you believe: a file of cluster nodes' public keys, one a line (what follows a # is a comment), or the hash of an epoch record.",
            HelpName = "KEYS|RECORD",
        };
        var receipts = new Option<string?>("--receipts")
        {
            Description = "Receipts that authors have kept, one a line: a node whose word is in no record is named.",
            HelpName = "FILE",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Another export, of another node or another day: it is audited too, and held against FILE record by record. --trust and --receipts are about FILE.",
            HelpName = "OTHER",
        };
        var command = new Command("audit", "Checks signatures, chains, records, draws, verdicts, trust and credits. Exit code 0: all holds, 1: something does not.")
        {
            file, trust, receipts, against,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(file)!, parsed.GetValue(trust), parsed.GetValue(receipts), parsed.GetValue(against), cancel)));
        return command;
    }

    private static int Run(string file, string? trust, string? receipts, string? against, CancellationToken cancel)
    {
        var auditor = new Auditor(trust is null ? null : TrustArgument.Parse(trust), receipts: receipts is null ? null : ReceiptsArgument.Read(receipts));
        if (against is not null)
        {
            var comparison = Reading.Compare(file, auditor, against, cancel);
            AuditTable.Write(comparison.File);
            ComparisonText.Write(comparison, file, against);
            return comparison.Holds ? ExitCodes.Good : ExitCodes.Violated;
        }
        var report = Reading.Run(file, auditor, cancel);
        AuditTable.Write(report);
        return report.Verdict is AuditVerdict.Consistent or AuditVerdict.True ? ExitCodes.Good : ExitCodes.Violated;
    }
}
