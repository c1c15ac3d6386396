using System.CommandLine;
using System.CommandLine.Invocation;

namespace AkkaCompute.Node.Commands;

/// <summary>The program's command line: what the user said, and how errors are told.</summary>
public static class CommandLine
{
    /// <summary>The exit code for a command line that cannot be understood.</summary>
    public const int WrongUsage = 2;

    /// <summary>The exit code for everything else that ends a command early.</summary>
    public const int Failed = 1;

    /// <summary>Long enough to leave a cluster; then the process ends by force.</summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs the command that the arguments name, until it ends or SIGINT or SIGTERM ends it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("AkkaCompute: a compute network on Akka.NET.") { NodeCommand.Create(), DemoCommand.Create(), ExportCommand.Create() };
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("Try --help.");
            return WrongUsage;
        }
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TerminationTimeout });
        }
        catch (UserErrorException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
    }
}
