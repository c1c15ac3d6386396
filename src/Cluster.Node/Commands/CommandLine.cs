using System.CommandLine;
using System.CommandLine.Invocation;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Node.Commands;

/// <summary>The program's command line: what the user said, and how errors are told.</summary>
public static class CommandLine
{
    /// <summary>The exit code for a command line that cannot be understood.</summary>
    public const int WrongUsage = 2;

    /// <summary>The exit code for everything else that ends a command early.</summary>
    public const int Failed = UserErrorException.Failed;

    /// <summary>
    /// The exit code where a journal is not the cluster's, or is damaged: the same again, until somebody changes something.
    /// </summary>
    public const int JournalRefused = UserErrorException.JournalRefused;

    /// <summary>Long enough to leave a cluster; then the process ends by force.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Runs the command that the arguments name, until it ends or SIGINT or SIGTERM ends it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // It runs every few seconds, so nothing is made that it does not need.
            return args is [HealthCheck.Argument]
                ? await HealthCheck.RunAsync(NodeCommand.Read(new Dictionary<Setting, string>(), hocon: null).Settings)
                : await RunCommandAsync(args);
        }
        catch (UserErrorException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
    }

    private static async Task<int> RunCommandAsync(string[] args)
    {
        var root = new RootCommand(
            $"AkkaCompute: a compute network on Akka.NET. {HealthCheck.Argument} alone asks the node that runs here whether it is well.")
        {
            NodeCommand.Create(), DemoCommand.Create(), ExportCommand.Create(), KeysCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Action is not ParseErrorAction)
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout });
        }
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync(error.Message);
        await Console.Error.WriteLineAsync("Try --help.");
        return WrongUsage;
    }
}
