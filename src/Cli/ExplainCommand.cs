using System.CommandLine;
using System.Globalization;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using Spectre.Console;

namespace AkkaCompute.Cli;

/// <summary><c>explain</c>: where one reputation comes from.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What 'AkkaCompute.Cluster.Node export' wrote." };
        var node = new Argument<string>("NODEID") { Description = "The c-node: 64 hexadecimal digits." };
        var trust = TrustArgument.Option();
        var command = new Command(
            "explain", "Shows every entry that a c-node's reputation is made of, and who gives it trust.") { file, node, trust };
        command.SetAction((parsed, cancel) => Task.FromResult(Run(
            parsed.GetValue(file)!, parsed.GetValue(node)!, parsed.GetValue(trust), cancel)));
        return command;
    }

    private static int Run(string file, string text, string? trust, CancellationToken cancel)
    {
        if (!NodeId.TryParse(text, out var id))
            throw new UsageException($"NODEID: '{text}' is not 64 hexadecimal digits.");
        var auditor = new Auditor(trust is null ? null : TrustArgument.Parse(trust), explain: id);
        var report = Reading.Run(file, auditor, cancel);
        Write(auditor.Explanation!);
        if (report.Verdict != AuditVerdict.Consistent)
            Console.WriteLine(AuditTable.Verdict(report));
        return ExitCodes.Of(report, strict: false);
    }

    private static void Write(Explanation explanation)
    {
        Console.WriteLine($"c-node {explanation.NodeId}");
        foreach (var entry in explanation.Entries)
            Console.WriteLine(
                $"{entry.Entry}  epoch {entry.Epoch}  {entry.Role} {entry.Says} by {entry.By}  rank {entry.Rank}  weight "
                + $"{Share(entry.Weight, DrawnPlace.One)}");
        if (explanation.Dropped > 0)
            Console.WriteLine($"and {explanation.Dropped} before these.");
        foreach (var drawn in explanation.Drawn)
            Console.WriteLine($"epoch {drawn.Epoch} drew {drawn.Places} places for its jobs");
        Console.WriteLine(
            $"{explanation.Entries.Count + explanation.Dropped} entries; {explanation.PlacesDrawn} places were drawn for its own jobs.");
        var table = new Table().Border(TableBorder.Simple)
            .Title($"trust at the end of epoch {explanation.Period}: {Part(explanation.Trust)}")
            .AddColumn("given by").AddColumn(new TableColumn("its trust").RightAligned())
            .AddColumn(new TableColumn("of it").RightAligned());
        foreach (var boss in explanation.Bosses)
            table.AddRow(boss.Boss.ToString(), Part(boss.Trust), Part(boss.Share));
        AnsiConsole.Write(table);
        foreach (var moved in explanation.Movements)
            Console.WriteLine(
                $"{moved.Entry}  epoch {moved.Epoch}  {moved.Type} by {moved.By}  {moved.Amount:+0;-0} credits, {moved.Free} free");
        if (explanation.DroppedMovements > 0)
            Console.WriteLine($"and {explanation.DroppedMovements} movements before these.");
    }

    private static string Part(ulong parts) => (parts / (double)EigenTrust.One).ToString("P4", CultureInfo.InvariantCulture);

    private static string Share(long part, long one) => (part / (double)one).ToString("0.###", CultureInfo.InvariantCulture);
}
