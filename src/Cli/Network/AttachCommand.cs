using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Cli.Network;

/// <summary><c>attach</c>: the outcomes of a job that was handed in before.</summary>
internal static class AttachCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var job = JobArgument.Create();
        var results =
            new Option<string?>("--results") { Description = "A file for each task in place of standard output.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Writes each outcome as JSON, a line each." };
        var provisional = new Option<bool>("--provisional")
        {
            Description =
                "With --json: what becomes known when it does, provisional outcomes too. 'final' says of each whether it is; a final "
                + "one replaces those before it.",
        };
        var command = new Command(
            "attach", "Writes the outcomes of a job from the first one on, and follows it to its end. Ctrl-C leaves the job as it is.")
        {
            job, results, json, provisional,
        };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var followed = boss.Job(JobArgument.Parse(parsed.GetValue(job)!, "JOB"));
            if (parsed.GetValue(provisional))
            {
                return parsed.GetValue(json) && parsed.GetValue(results) is null ? await WriteRevisionsAsync(followed, cancel)
                    : throw new UsageException("--provisional: with --json alone, where a line says whether it is final.");
            }
            using var writer = new OutcomeWriter(parsed.GetValue(json), parsed.GetValue(results));
            return await MapCommand.WriteAsync(followed, followed.OutcomesAsync(ordered: true, cancel), writer, cancel);
        });
        return command;
    }

    private static async Task<int> WriteRevisionsAsync(HttpJob job, CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        await foreach (var revision in job.RevisionsAsync(cancel))
        {
            await output.WriteAsync(OutcomeJson.Write(revision), cancel);
            await output.WriteAsync("\n"u8.ToArray(), cancel);
        }
        return (await job.GetAsync(cancel)).Progress is { Ended.Length: > 0 } ? ExitCodes.NotRun : ExitCodes.Good;
    }
}
