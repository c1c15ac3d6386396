using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;

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
        var command = new Command(
            "attach", "Writes the outcomes of a job from the first one on, and follows it to its end. Ctrl-C leaves the job as it is.")
        {
            job, results, json,
        };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var followed = boss.Job(JobArgument.Parse(parsed.GetValue(job)!, "JOB"));
            using var writer = new OutcomeWriter(parsed.GetValue(json), parsed.GetValue(results));
            return await MapCommand.WriteAsync(followed, followed.OutcomesAsync(ordered: true, cancel), writer, cancel);
        });
        return command;
    }
}
