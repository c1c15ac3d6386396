using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Audit.Report;
using Spectre.Console;

namespace AkkaCompute.Cli;

/// <summary>Reads files with a progress bar, where there is a terminal to show one.</summary>
internal static class Reading
{
    public static AuditReport Run(string path, Auditor auditor, CancellationToken cancel)
    {
        using var file = Open(path);
        return Show(LengthOf(file), auditor, progress => ExportReader.Audit(file, auditor, progress, cancel));
    }

    /// <summary>Audits one file with <paramref name="auditor"/>, and holds it against another one.</summary>
    public static Comparison Compare(string path, Auditor auditor, string otherPath, CancellationToken cancel)
    {
        using var file = Open(path);
        using var other = Open(otherPath);
        return Show(
            LengthOf(file) + LengthOf(other), auditor,
            progress => ExportReader.Compare(file, auditor, other, new Auditor(), progress, cancel));
    }

    /// <summary>A pipe has none.</summary>
    private static long LengthOf(FileStream file) => file.CanSeek ? file.Length : 0;

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{path}: {wrong.Message}");
        }
    }

    private static T Show<T>(long length, Auditor auditor, Func<Action<long>?, T> read)
    {
        if (Console.IsErrorRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
            return read(null);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                var bar = progress.AddTask("Reading", maxValue: Math.Max(1, length));
                return read(total =>
                {
                    bar.Value = total;
                    bar.Description = $"Reading: epoch {auditor.Epoch}";
                });
            });
    }
}
