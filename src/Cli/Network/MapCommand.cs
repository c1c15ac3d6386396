using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Cli.Network;

/// <summary><c>map</c>: a program on every line of its input.</summary>
internal static class MapCommand
{
    public const string Name = "map";

    public static Command Create()
    {
        var (network, job) = (new NetworkOptions(), new JobOptions());
        var results = new Option<string?>("--results")
        {
            Description = "A file for each task in place of standard output: DIR/000000.out, and its /out.", HelpName = "DIR",
        };
        var unordered = new Option<bool>("--unordered") { Description = "Results as they are decided, not in the order of the lines." };
        var json = new Option<bool>("--json") { Description = "Writes each outcome as JSON, a line each." };
        var command = new Command(
            Name,
            "Runs a program for each line of standard input: the line is the task's standard input, and {input} in an argument. Results "
            + "come in the "
            + $"order of the lines. The job's id is on standard error: 'attach' reads it again. {ExitCodes.SomeFailed}: some task failed. "
            + "Ctrl-C cancels.");
        job.AddTo(command);
        foreach (var option in (Option[])[results, unordered, json])
            command.Add(option);
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var handedIn = await job.SubmitAsync(boss, parsed, cancel);
            await Console.Error.WriteLineAsync($"job {handedIn.Id}");
            using var writer = new OutcomeWriter(parsed.GetValue(json), parsed.GetValue(results));
            await using var input = Console.OpenStandardInput();
            var outcomes = handedIn.MapAsync(Lines.ReadAsync(input, cancel), !parsed.GetValue(unordered), cancel);
            return await Interrupted.WatchAsync(handedIn, () => WriteAsync(handedIn, outcomes, writer, cancel), cancel);
        });
        return command;
    }

    /// <summary>Writes outcomes, with a progress bar where there is a terminal to show one.</summary>
    public static async Task<int> WriteAsync(
        HttpJob job, IAsyncEnumerable<Outcome> outcomes, OutcomeWriter writer, CancellationToken cancel)
    {
        await using (var bar = ProgressBar.Start(job))
        {
            await foreach (var outcome in outcomes)
            {
                await writer.WriteTaskAsync(outcome, cancel);
                bar.Written = writer.Written;
            }
        }
        var progress = (await job.GetAsync(cancel)).Progress;
        if (progress.Ended.Length > 0)
        {
            await Console.Error.WriteLineAsync($"akkacompute: the job has ended early: {progress.Ended}");
            return ExitCodes.NotRun;
        }
        return writer.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Good;
    }
}
