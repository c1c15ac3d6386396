using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Network.Output;
using AkkaCompute.Cli.Usage;

namespace AkkaCompute.Cli.Network;

/// <summary><c>submit</c>: as <c>map</c>, without waiting for outcomes.</summary>
internal static class SubmitCommand
{
    public const string Name = "submit";

    public static Command Create()
    {
        var (network, job) = (new NetworkOptions(), new JobOptions());
        var command = new Command(
            Name,
            "Hands in a program for each line of standard input, as 'map' does, and writes the job's id: 'attach' reads its outcomes, "
            + "'logs' what its "
            + "tasks say, 'wait' waits for its end. Ctrl-C before the last line cancels it.");
        job.AddTo(command);
        network.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var boss = network.Connect(parsed);
            var handedIn = await job.SubmitAsync(boss, parsed, cancel);
            await using var input = Console.OpenStandardInput();
            return await Interrupted.WatchAsync(handedIn, async () =>
            {
                await using (ProgressBar.Start(handedIn, isAlone: true))
                    await handedIn.HandInAsync(Lines.ReadAsync(input, cancel), cancel);
                Console.WriteLine(handedIn.Id);
                return ExitCodes.Good;
            }, cancel);
        });
        return command;
    }
}
