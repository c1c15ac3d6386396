using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;

namespace AkkaCompute.Cli.Network;

/// <summary><c>kill</c>: cancels a job.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var job = JobArgument.Create();
        var command = new Command("kill", "Cancels a job of yours: what is not decided yet is dropped.") { job };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            await boss.Job(JobArgument.Parse(parsed.GetValue(job)!, "JOB")).CancelAsync(cancel);
            return ExitCodes.Good;
        });
        return command;
    }
}
