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
        var command = new Command("audit", "Checks signatures, chains, records, draws, verdicts, trust and credits. Exit code 0: all holds, 1: something does not.")
        {
            file, trust,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed.GetValue(file)!, parsed.GetValue(trust), cancel)));
        return command;
    }

    private static int Run(string file, string? trust, CancellationToken cancel)
    {
        var report = Reading.Run(file, new Auditor(trust is null ? null : TrustArgument.Parse(trust)), cancel);
        AuditTable.Write(report);
        return report.Verdict is AuditVerdict.Consistent or AuditVerdict.True ? ExitCodes.Good : ExitCodes.Violated;
    }
}
