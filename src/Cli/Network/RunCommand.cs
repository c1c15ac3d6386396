using System.CommandLine;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network;

/// <summary><c>run</c>: a program on the network, as if it were here.</summary>
internal static class RunCommand
{
    public const string Name = "run";

    public static Command Create()
    {
        var (network, job) = (new NetworkOptions(), new JobOptions());
        var directory = new Option<string?>("--out") { Description = "Where the files go that the program leaves in /out.", HelpName = "DIR" };
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
            return await Interrupted.WatchAsync(handedIn, () => RunAsync(handedIn, input, writer, parsed.GetValue(directory), cancel), cancel);
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

    /// <summary>All of standard input; nothing where it is a terminal.</summary>
    private static async Task<ReadOnlyMemory<byte>> InputAsync(CancellationToken cancel)
    {
        if (!Console.IsInputRedirected)
            return default;
        var most = JobLimits.Default.InputBytes;
        var bytes = new byte[most + 1];
        await using var input = Console.OpenStandardInput();
        var read = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return read <= most ? bytes.AsMemory(0, read)
            : throw new UsageException($"Standard input: more than {most} bytes. Give more in a file: --file HOST:PATH.");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> One(ReadOnlyMemory<byte> input)
    {
        await Task.CompletedTask;
        yield return input;
    }
}
