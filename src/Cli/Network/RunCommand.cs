using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network;

/// <summary><c>run</c>: a program on the network, as if it were here.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create()
    {
        var (network, job) = (new NetworkOptions(), new JobOptions());
        var directory =
            new Option<string?>("--out") { Description = "Where the files go that the program leaves in /out.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Writes the outcome as JSON." };
        var command = new Command(
            Name, "Runs a program on the network as if it were here: standard input, output and error, and the exit code. "
            + $"{ExitCodes.NoResult}: no result; {ExitCodes.NotRun}: not run; {ExitCodes.Trapped}: it trapped. Ctrl-C cancels.");
        job.AddTo(command);
        command.Add(directory);
        command.Add(json);
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var input = await InputAsync(cancel);
            var handedIn = await job.SubmitAsync(boss, parsed, cancel);
            using var writer = new OutcomeWriter(parsed.GetValue(json), null);
            return await Interrupted.WatchAsync(
                handedIn, () => RunAsync(handedIn, input, writer, parsed.GetValue(directory), cancel), cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        HttpJob job, ReadOnlyMemory<byte> input, OutcomeWriter writer, string? directory, CancellationToken cancel)
    {
        Outcome? only = null;
        await foreach (var outcome in job.MapAsync(One(input), ordered: true, cancel))
            only = outcome;
        if (only is not null)
            return await writer.WriteRunAsync(only, directory, cancel);
        var why = (await job.GetAsync(cancel)).Progress.Ended;
        await Console.Error.WriteLineAsync($"akkacompute: the job has ended without an outcome: {why}");
        return ExitCodes.NotRun;
    }

    /// <summary>Bytes of standard input: a node takes so many as a blob, unless its operator says otherwise.</summary>
    private const int MaxInput = 64 << 20;

    /// <summary>All of standard input; nothing where it is a terminal.</summary>
    private static async Task<ReadOnlyMemory<byte>> InputAsync(CancellationToken cancel)
    {
        if (!Console.IsInputRedirected)
            return default;
        var (bytes, part) = (new MemoryStream(), new byte[64 * 1024]);
        await using var input = Console.OpenStandardInput();
        while (await input.ReadAsync(part, cancel) is > 0 and var read)
        {
            bytes.Write(part, 0, read);
            if (bytes.Length > MaxInput)
                throw new UsageException($"Standard input: more than {MaxInput} bytes. Give more in a file: --file HOST:PATH.");
        }
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(ReadOnlyMemory<byte> input)
    {
        await Task.CompletedTask;
        yield return input;
    }
}
