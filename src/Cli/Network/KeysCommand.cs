using System.CommandLine;
using AkkaCompute.Cli.Network.Arguments;
using AkkaCompute.Cli.Usage;

namespace AkkaCompute.Cli.Network;

/// <summary><c>keys</c>: who you are.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var network = new NetworkOptions();
        var command = new Command("keys", "Shows your NodeId and the file of your key, which is made when it is not there.");
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            using var key = network.Key(parsed, out var file);
            Console.WriteLine($"{key.Id} {file}");
            return ExitCodes.Good;
        });
        return command;
    }
}
