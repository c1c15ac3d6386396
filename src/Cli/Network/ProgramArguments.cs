using System.CommandLine;

namespace AkkaCompute.Cli.Network;

/// <summary>What stands behind a program is the program's: <c>run PROG -n 3</c> is no option of ours.</summary>
internal static class ProgramArguments
{
    /// <summary>Puts <c>--</c> before a program's arguments.</summary>
    public static string[] Split(RootCommand root, string[] args)
    {
        if (args.Length == 0 || root.Subcommands.FirstOrDefault(command => command.Name == args[0]) is not { } command
            || command.Name is not (RunCommand.Name or MapCommand.Name or SubmitCommand.Name))
            return args;
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--")
                return args;
            if (!args[i].StartsWith('-'))
                return [.. args[..(i + 1)], "--", .. args[(i + 1)..]];
            var option = command.Options.FirstOrDefault(known => known.Name == args[i] || known.Aliases.Contains(args[i]));
            if (option is not null && option.ValueType != typeof(bool) && option.Arity.MinimumNumberOfValues > 0)
                i++; // its value
        }
        return args;
    }
}
