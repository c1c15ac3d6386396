using System.CommandLine;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Gateway.Audit;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Export;
using AkkaCompute.Storage;
using Spectre.Console;

namespace AkkaCompute.Node.Commands;

/// <summary><c>export</c>: writes a node's records as a file for <c>akkacompute audit</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Setting[] settings = [SettingTable.Data, SettingTable.Postgres, SettingTable.PostgresPasswordFile];
        var standard = SettingsReader.Read(new Dictionary<string, string>(), new Dictionary<Setting, string>()).Settings;
        var options = settings.ToDictionary(setting => setting, setting => NodeCommand.Option(setting, standard));
        var file = new Argument<string>("FILE") { Description = "The file to write; it is replaced when all is written." };
        var command = new Command(
            "export",
            "Writes all records that epochs cover, for 'akkacompute audit'. Nothing secret is in it. The node may be running.") { file };
        foreach (var option in options.Values)
            command.Add(option);
        command.SetAction((parsed, cancel) =>
        {
            var said = options
                .Where(option => parsed.GetResult(option.Value) is { Implicit: false })
                .ToDictionary(option => option.Key, option => parsed.GetValue(option.Value)!);
            return RunAsync(NodeCommand.Read(said, hocon: null), parsed.GetValue(file)!, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(SaidSettings said, string file, CancellationToken cancel)
    {
        var journal = Path.Combine(said.Settings.DataDirectory, "journal.db");
        if (said.Settings.Postgres is null && !File.Exists(journal))
            throw new UserErrorException($"{said.NameOf(SettingTable.Data)}: {journal} is not there.");
        using var storage = await OpenAsync(said, cancel);
        using var system = JournalSystem.Open(storage);
        var reader = new JournalReader(system);
        var export = new JournalExport(reader, new TrustRules());
        var unfinished = file + ".unfinished";
        try
        {
            var end = await new SqlStoredEvents(storage.Journal).EndAsync(cancel);
            await using (var output = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
                await WriteAsync(export, output, cancel);
            // The plugin reads as far as it can see, and says nothing where a damaged page keeps it from the rest. What is being written it
            // leaves too.
            var left = reader.Row < end ? await DamagedRow.FindAsync(storage.Journal, system, reader.Row, cancel) : null;
            if (left is { } damaged)
                throw new InvalidDataException($"events after {reader.Row} can't be read, but there are some to {end}.", damaged.Cause);
            File.Move(unfinished, file, overwrite: true);
        }
        catch (Exception wrong) when (wrong is UnauthorizedAccessException or IOException)
        {
            throw new UserErrorException(wrong.Message);
        }
        // Whatever a damaged page or row makes of the reading of it: it is told, not shown as a fault of the program.
        catch (Exception wrong) when (!cancel.IsCancellationRequested)
        {
            throw await ToldAsync(wrong, reader.Row, storage, system, cancel);
        }
        finally
        {
            File.Delete(unfinished);
            await system.Terminate();
        }
        Console.WriteLine(
            $"{export.Lines} lines to epoch {export.Epoch}, of {export.Events} events; {export.Held} entries wait for their epoch.");
        return 0;
    }

    private static async Task<NodeStorage> OpenAsync(SaidSettings said, CancellationToken cancel)
    {
        try
        {
            return await NodeStorage.OpenAsync(said.Settings, cancel);
        }
        catch (StorageException wrong)
        {
            throw new UserErrorException(wrong.Message, wrong) { ExitCode = ExitCodeOf(wrong) };
        }
    }

    private static async Task<UserErrorException> ToldAsync(
        Exception wrong, long row, NodeStorage storage, Akka.Actor.ActorSystem system, CancellationToken cancel)
    {
        // A page that can't be read may show as a reading that takes too long; where somebody else is writing, this would wait as long once
        // more.
        var fault = JournalFault.IsLocked(wrong) ? null : await DamagedRow.FindAsync(storage.Journal, system, row, cancel);
        wrong = fault?.Cause ?? wrong;
        return new(
            $"{JournalFault.Explain(wrong, storage.Name, fault?.Row ?? row)} Nothing was written.", wrong) { ExitCode = ExitCodeOf(wrong) };
    }

    private static int ExitCodeOf(Exception wrong) => JournalFault.PassesBy(wrong) ? CommandLine.Failed : CommandLine.JournalRefused;

    private static Task WriteAsync(JournalExport export, Stream output, CancellationToken cancel)
    {
        if (Console.IsErrorRedirected)
            return export.WriteAsync(output, () => { }, cancel);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress().AutoClear(true).Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn())
            .StartAsync(progress =>
            {
                var bar = progress.AddTask("Reading the journal").IsIndeterminate();
                return export.WriteAsync(output, () => bar.Description = $"{export.Events} events, epoch {export.Epoch}", cancel);
            });
    }
}
