using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Cli.Network;

/// <summary><c>wait</c>: for the end of a job.</summary>
internal static class WaitCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var job = JobArgument.Create();
        var command = new Command(
            "wait",
            $"Waits until every task of a job has its outcome. {ExitCodes.SomeFailed}: some failed; {ExitCodes.NotRun}: it ended early.")
            {
                job,
            };
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            JobProgress? last = null;
            var waited = boss.Job(JobArgument.Parse(parsed.GetValue(job)!, "JOB"));
            await using (ProgressBar.Start(waited, isAlone: true))
            {
                await foreach (var progress in waited.ProgressAsync(cancel))
                {
                    last = progress;
                    if (progress.Complete)
                        break;
                }
            }
            if (last is not { Ended.Length: 0 })
            {
                await Console.Error.WriteLineAsync($"akkacompute: {last?.Ended}");
                return ExitCodes.NotRun;
            }
            return last.Failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Good;
        });
        return command;
    }
}
