using System.CommandLine;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Audit.Report;

namespace AkkaCompute.Cli;

/// <summary><c>audit</c>: checks an export from nothing but itself.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'AkkaCompute.Cluster.Node export' wrote." };
        var trust = TrustArgument.Option();
        var receipts = new Option<string?>("--receipts")
        {
            Description = "Receipts that authors have kept, one a line: a node whose word is in no record is named.",
            HelpName = "FILE",
        };
        var against = new Option<string?>("--against")
        {
            Description = "Another export, of another node or another day: it is audited too, and held against FILE record by record. "
                + "--trust and --receipts are about FILE.",
            HelpName = "OTHER",
        };
        var modules = new Option<string?>("--modules")
        {
            Description = "Modules that jobs ran, each a file: which bytes run for them is computed again and compared with what their "
                + "bosses signed.",
            HelpName = "DIR",
        };
        var strict = new Option<bool>("--strict")
        {
            Description = "Exit code 3 if a c-node did what is not right, though it counts for nothing.",
        };
        var command = new Command(
            "audit",
            "Checks signatures, chains, records, draws, verdicts, trust and credits. Exit code 0: all holds, 1: something does not, "
            + "3: misconduct (with --strict), 4: nobody whom you trust vouches for the end of it.")
        {
            file, trust, receipts, against, modules, strict,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(file)!, parsed.GetValue(trust), parsed.GetValue(receipts), parsed.GetValue(against),
            parsed.GetValue(modules), parsed.GetValue(strict), cancel)));
        return command;
    }

    private static int Run(
        string file, string? trust, string? receipts, string? against, string? modules, bool strict, CancellationToken cancel)
    {
        var directory = modules is null ? null : new ModuleDirectory(modules);
        var auditor = new Auditor(
            trust is null ? null : TrustArgument.Parse(trust), receipts: receipts is null ? null : ReceiptsArgument.Read(receipts),
            admits: directory is null ? null : directory.Admits);
        if (against is not null)
        {
            var comparison = Reading.Compare(file, auditor, against, cancel);
            AuditTable.Write(comparison.File, directory?.Summary);
            ComparisonText.Write(comparison, file, against);
            return !comparison.Holds ? ExitCodes.Violated
                : strict && comparison.Other.FindingCount > 0 ? ExitCodes.Misconduct
                : ExitCodes.Of(comparison.File, strict);
        }
        var report = Reading.Run(file, auditor, cancel);
        AuditTable.Write(report, directory?.Summary);
        return ExitCodes.Of(report, strict);
    }
}
