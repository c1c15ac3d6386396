using Spectre.Console;

namespace AkkaCompute.Demo;

/// <summary>The summary for people.</summary>
internal static class SummaryTables
{
    /// <summary>Rows of the table of workers: saboteurs come in any case.</summary>
    private const int MaxRows = 24;

    /// <summary>Writes both tables, and a sentence on saboteurs where there are some.</summary>
    /// <param name="border">One that the terminal can show.</param>
    public static void Write(IAnsiConsole console, DemoSummary summary, TableBorder border)
    {
        console.Write(Figures(summary, border));
        console.Write(Workers(summary, border));
        if (summary.Settings.Saboteurs > 0)
            console.MarkupLine(Saboteurs(summary));
    }

    private static Table Figures(DemoSummary summary, TableBorder border)
    {
        var (instance, result) = (summary.Instance, summary.Result);
        var table = new Table { Border = border, ShowHeaders = false };
        table.AddColumns("", "");
        table.AddRow("instance", Markup.Escape($"{instance.Name}, {instance.Count} cities, {instance.Type.ToString().ToUpperInvariant()}"));
        table.AddRow("best length", $"[bold]{result.Best.Length}[/]");
        table.AddRow("optimum", summary.Optimum is { } optimum ? $"{optimum}, gap {summary.Gap:0.00 %}" : "not known");
        table.AddRow("search", $"{result.Rounds} rounds, {result.Generations} generations, seed {summary.Settings.Seed}");
        table.AddRow(
            "tasks",
            $"{result.Tasks}, {summary.Executions} executions under {summary.Settings.Policy}: redundancy {summary.Redundancy:0.00}");
        table.AddRow(
            "time",
            $"{summary.Elapsed.TotalSeconds:0.00} s, {summary.TasksPerSecond:0.0} tasks/s, after {summary.Startup.TotalSeconds:0.00} s of "
            + "startup");
        table.AddRow("vouches", $"{summary.Vouches} recorded");
        table.AddRow("outcomes", $"SHA-256 {summary.OutcomesSha256[..16]}…");
        table.AddRow("drawing", Markup.Escape(summary.Settings.Svg));
        return table;
    }

    private static Table Workers(DemoSummary summary, TableBorder border)
    {
        var table = new Table { Border = border };
        table.AddColumns("worker", "id", "accepted", "rejected", "reputation");
        foreach (var column in table.Columns.Skip(2))
            column.RightAligned();
        var shown = summary.Workers
            .OrderByDescending(worker => worker.Saboteur)
            .ThenByDescending(worker => worker.Accepted + worker.Rejected)
            .ThenBy(worker => worker.Number)
            .Take(MaxRows)
            .OrderBy(worker => worker.Number)
            .ToList();
        foreach (var worker in shown)
        {
            table.AddRow(
                worker.Saboteur ? $"[red]{worker.Number} saboteur[/]" : $"{worker.Number}",
                $"{worker.Id}"[..8],
                $"{worker.Accepted}",
                worker.Rejected > 0 ? $"[red]{worker.Rejected}[/]" : "0",
                $"+{worker.Reputation.Accepted} −{worker.Reputation.Rejected}");
        }
        if (shown.Count < summary.Workers.Count)
            table.Caption = new TableTitle($"and {summary.Workers.Count - shown.Count} more");
        return table;
    }

    private static string Saboteurs(DemoSummary summary)
    {
        var liars = summary.Workers.Where(worker => worker.Saboteur).ToList();
        return $"[red]{liars.Count} saboteurs[/] handed in {liars.Sum(liar => liar.Accepted + liar.Rejected)} wrong results: "
            + $"{liars.Sum(liar => liar.Rejected)} were rejected, {liars.Sum(liar => liar.Accepted)} accepted.";
    }
}
