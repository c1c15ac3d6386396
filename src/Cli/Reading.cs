using AkkaCompute.Domain.Audit;
using Spectre.Console;

namespace AkkaCompute.Cli;

/// <summary>Reads a file with a progress bar, where there is a terminal to show one.</summary>
internal static class Reading
{
    public static AuditReport Run(string path, Auditor auditor, CancellationToken cancel)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{path}: {wrong.Message}");
        }
        using (file)
        {
            if (Console.IsErrorRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
                return ExportReader.Audit(file, auditor, null, cancel);
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return console.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress =>
                {
                    var bar = progress.AddTask("Reading", maxValue: Math.Max(1, file.Length));
                    return ExportReader.Audit(file, auditor, read =>
                    {
                        bar.Value = read;
                        bar.Description = $"Reading: epoch {auditor.Epoch}";
                    }, cancel);
                });
        }
    }
}
