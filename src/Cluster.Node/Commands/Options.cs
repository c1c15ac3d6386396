using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Akka.Actor;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Node.Commands;

/// <summary>Options of several commands; each checks its value, so that an error names the option and the limit.</summary>
internal static class Options
{
    /// <summary>c-nodes of one process: each has a session, a key and a place in the roster.</summary>
    public const int MaxWorkers = 10_000;

    public static Option<int> Workers(int standard) =>
        Number("--workers", "c-nodes that work here.", 1, MaxWorkers, standard);

    public static Option<int> Slots() =>
        Number("--slots", "Bundles that run at once; by default one a core.", 1, NodeInfo.MaxSlots, Environment.ProcessorCount);

    /// <summary>A whole number within limits.</summary>
    public static Option<int> Number(string name, string description, int least, int most, int standard) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new FormatException($"{name}: '{text}' is not a whole number within {least} .. {most}.")),
    };

    /// <summary>An option whose text something else than a number is made of.</summary>
    public static Option<T> Text<T>(string name, string helpName, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse(result, parse),
    };

    /// <summary>A path; never empty.</summary>
    public static string Path(string name, string text) =>
        text.Length > 0 && !text.Contains('\0') ? text : throw new FormatException($"{name}: the path is empty or has a NUL in it.");

    /// <summary>A host name, or an address of version 4 or 6.</summary>
    public static string HostName(string text) =>
        Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? text
            : throw new FormatException($"--host: '{text}' is no host name and no IP address.");

    /// <summary>Akka's log level.</summary>
    public static Option<string> LogLevel(string standard)
    {
        string[] levels = ["DEBUG", "INFO", "WARNING", "ERROR", "OFF"];
        var option = Text("--log-level", "LEVEL", $"How much the log says: {string.Join(", ", levels)}.", text =>
            levels.Contains(text.ToUpperInvariant()) ? text.ToUpperInvariant() : throw new FormatException($"--log-level: '{text}' is not one of {string.Join(", ", levels)}."));
        option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary>Whether this is the address of a member of the cluster.</summary>
    public static bool IsSeedNode(string text, string system) =>
        ActorPath.TryParseAddress(text, out var address) && address is { Protocol: "akka.tcp", Host: not null, Port: not null } && address.System == system;

    private static T Parse<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[^1].Value);
        }
        catch (FormatException wrong)
        {
            result.AddError(wrong.Message);
            return default!;
        }
    }
}
