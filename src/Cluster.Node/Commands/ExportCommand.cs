using System.CommandLine;
using AkkaCompute.Actors.Trust;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Node.Export;
using Spectre.Console;

namespace AkkaCompute.Node.Commands;

/// <summary><c>export</c>: writes a node's records as a file for <c>akkacompute audit</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var data = Options.Text("--data", "DIR", "The data directory of a node; it may be running.", text => Options.Path("--data", text));
        data.DefaultValueFactory = _ => "akkacompute-data";
        var file = new Argument<string>("FILE") { Description = "The file to write; it is replaced when all is written." };
        var command = new Command("export", "Writes all records that epochs cover, for 'akkacompute audit'. Nothing secret is in it.") { data, file };
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(file)!, cancel));
        return command;
    }

    private static async Task<int> RunAsync(string data, string file, CancellationToken cancel)
    {
        var journal = Path.Combine(data, "journal.db");
        if (!File.Exists(journal))
            throw new UserErrorException($"--data: {journal} is not there.");
        using var system = JournalSystem.Open(journal);
        var export = new JournalExport(new JournalReader(system), new TrustRules());
        var unfinished = file + ".unfinished";
        try
        {
            await using (var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
                await WriteAsync(export, output, cancel);
            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UserErrorException(wrong.Message);
        }
        finally
        {
            File.Delete(unfinished);
            await system.Terminate();
        }
        Console.WriteLine($"{export.Lines} lines to epoch {export.Epoch}, of {export.Events} events; {export.Held} entries wait for their epoch.");
        return 0;
    }

    private static Task WriteAsync(JournalExport export, Stream output, CancellationToken cancel)
    {
        if (Console.IsErrorRedirected)
            return export.WriteAsync(output, () => { }, cancel);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn()).StartAsync(progress =>
        {
            var bar = progress.AddTask("Reading the journal").IsIndeterminate();
            return export.WriteAsync(output, () => bar.Description = $"{export.Events} events, epoch {export.Epoch}", cancel);
        });
    }
}
