using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Genetic;
using AkkaCompute.Genetic.Tsplib;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AkkaCompute.Demo;

/// <summary>A picture of the running demo that is drawn again several times a second.</summary>
internal sealed class TerminalDisplay(
    IAnsiConsole console, DemoProgress progress, DemoSettings settings, TspInstance instance, TimeProvider time)
{
    private const int BarWidth = 40;
    private const int MaxRows = 16;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    private readonly long _start = time.GetTimestamp();

    /// <summary>Draws until the work has ended; the last picture is cleared away.</summary>
    public async Task<T> ShowAsync<T>(Task<T> work)
    {
        await console.Live(Picture()).AutoClear(true).StartAsync(async live =>
        {
            while (!work.IsCompleted)
            {
                live.UpdateTarget(Picture());
                await Task.WhenAny(work, Task.Delay(Frame, time));
            }
        });
        return await work;
    }

    private Panel Picture()
    {
        var (round, job) = (progress.Round, progress.Job);
        var lines = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().NoWrap());
        lines.AddRow("rounds", Rounds(round));
        lines.AddRow("tasks", Tasks(job));
        lines.AddRow("best length", round is null ? "[grey]-[/]" : Best(round));
        lines.AddRow("time", $"{time.GetElapsedTime(_start).TotalSeconds:0.0} s  [grey]{progress.Phase}[/]");
        IRenderable[] parts = job is { Workers.Count: > 0 } ? [lines, Workers(job)] : [lines];
        return new Panel(new Rows(parts))
        {
            Header = new PanelHeader($" {Markup.Escape(instance.Name)}, {instance.Count} cities "), Padding = new Padding(2, 0),
        };
    }

    /// <summary>How many rounds there will be nobody knows: the bar is for those that there will be at least.</summary>
    private static string Rounds(RoundReport? round)
    {
        var standard = new GeneticOptions();
        var (done, most) = (round?.Round ?? 0, round?.MaxRounds ?? standard.MaxRounds);
        var least = Math.Min(most, Math.Max(standard.MinRounds, done - (round?.RoundsWithoutImprovement ?? 0) + standard.Patience));
        return $"{Bar((double)done / least, "green")} {done} of {(least == most ? "" : "at least ")}{least}";
    }

    private static string Tasks(JobProgress? job) =>
        job is null
            ? "[grey]-[/]"
            : $"{Bar(job.Tasks == 0 ? 0 : (double)job.Decided / job.Tasks, "blue")} {job.Decided} of {job.Tasks}, {job.Executions} "
                + "executions";

    private static string Best(RoundReport round) =>
        $"[bold]{round.BestLength}[/]" + (round.RoundsWithoutImprovement is > 0 and var quiet ? $"  [grey]for {quiet + 1} rounds[/]" : "");

    private Table Workers(JobProgress job)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("worker", "results", "accepted", "rejected");
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        var most = Math.Max(1, job.Workers.Max(verdict => verdict.Accepted + verdict.Rejected));
        foreach (var (number, verdict) in Numbered(job).Take(MaxRows))
        {
            var lies = settings.IsSaboteur(number);
            var length = (double)(verdict.Accepted + verdict.Rejected) / most;
            table.AddRow(
                lies ? $"[red]{number} saboteur[/]" : $"{number}", Bar(length, lies ? "red" : "green"),
                $"{verdict.Accepted}", verdict.Rejected > 0 ? $"[red]{verdict.Rejected}[/]" : "0");
        }
        return table;
    }

    private IEnumerable<(int Number, WorkerTally Verdict)> Numbered(JobProgress job) =>
        job.Workers
            .Select(verdict => (Number: progress.Numbers.GetValueOrDefault(verdict.Worker, -1), Verdict: verdict))
            .Where(known => known.Number >= 0)
            .OrderBy(known => known.Number);

    private static string Bar(double part, string colour)
    {
        var full = (int)Math.Round(BarWidth * Math.Clamp(part, 0, 1));
        return $"[{colour}]{new string('━', full)}[/][grey23]{new string('─', BarWidth - full)}[/]";
    }
}
