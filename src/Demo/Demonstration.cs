using AkkaCompute.Genetic.Tsplib;
using Spectre.Console;

namespace AkkaCompute.Demo;

/// <summary>A genetic algorithm on a network of one process, shown as it goes.</summary>
public static class Demonstration
{
    /// <summary>The exit code of what the user ended before anything was found, as shells count a command that SIGINT ended.</summary>
    public const int Interrupted = 130;

    /// <summary>
    /// Searches, shows, and writes what was found; with <see cref="DemoSettings.Stay"/> it goes on until it is cancelled.
    /// </summary>
    /// <param name="start">Starts the node.</param>
    /// <returns>The exit code: 0, or <see cref="Interrupted"/>.</returns>
    /// <exception cref="DemoException">A file can't be read or written, the job is refused, or a task fails.</exception>
    public static async Task<int> RunAsync(DemoSettings settings, StartDemoNode start, CancellationToken cancel)
    {
        var instance = DemoFiles.Load(settings.File);
        DemoFiles.CheckOutput("--svg", settings.Svg);
        DemoFiles.CheckOutput("--json", settings.Json);
        var page = DemoPage.Choose();
        var live = IsTerminal();
        Console.WriteLine($"Watch it at http://{page}");
        Console.WriteLine(Headline(settings, instance.Name));
        var progress = new DemoProgress();
        var found = new TaskCompletionSource<DemoSummary>(TaskCreationOptions.RunContinuationsAsynchronously);
        var demo = new DemoRun(settings, instance, progress, page, start);
        var run = Task.Run(() => demo.RunAsync(found.SetResult, cancel), CancellationToken.None);
        DemoSummary summary;
        try
        {
            summary = await ShowAsync(FirstAsync(found.Task, run), progress, settings, instance, live);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Cancelled.");
            return Interrupted;
        }
        DemoFiles.WriteSvg(summary);
        DemoFiles.WriteJson(summary);
        SummaryTables.Write(AnsiConsole.Console, summary, live ? TableBorder.Rounded : TableBorder.Ascii);
        if (settings.Stay)
            Console.WriteLine(
                $"The network stays up, and searches on: {progress.Page?.GetLeftPart(UriPartial.Authority)}. Ctrl-C ends it.");
        try
        {
            await run;
        }
        catch (OperationCanceledException) when (settings.Stay && cancel.IsCancellationRequested)
        {
            // The user has seen enough.
        }
        return 0;
    }

    private static Task<DemoSummary> ShowAsync(
        Task<DemoSummary> work, DemoProgress progress, DemoSettings settings, TspInstance instance, bool live) =>
        live
            ? new TerminalDisplay(AnsiConsole.Console, progress, settings, instance, TimeProvider.System).ShowAsync(work)
            : new PlainDisplay(Console.Out, progress).ShowAsync(work);

    /// <summary>What was found, or why nothing was.</summary>
    private static async Task<DemoSummary> FirstAsync(Task<DemoSummary> found, Task run)
    {
        if (await Task.WhenAny(found, run) == run)
            await run;
        return await found;
    }

    private static string Headline(DemoSettings settings, string instance)
    {
        var lies = settings.Saboteurs == 0 ? "" : settings.Chosen is null
            ? $", {settings.Saboteurs} of them saboteurs, so"
            : $", {settings.Saboteurs} of them saboteurs,";
        return $"{instance} on {settings.Workers} workers{lies} under {settings.Policy}, {settings.Slots} slots, seed {settings.Seed}";
    }

    /// <summary>Whether there is somebody to watch, on something that can draw.</summary>
    private static bool IsTerminal() =>
        !Console.IsOutputRedirected
        && Environment.GetEnvironmentVariable("TERM") != "dumb"
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
