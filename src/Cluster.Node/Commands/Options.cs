using System.CommandLine;
using System.CommandLine.Parsing;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Node.Commands;

/// <summary>Options of several commands; each checks its value, so that an error names the option and the limit.</summary>
internal static class Options
{
    public static Option<int> Workers(int standard) =>
        Number("--workers", "c-nodes that work here.", 1, SettingTable.MaxWorkers, standard);

    public static Option<int> Slots() =>
        Number("--slots", "Bundles that run at once; by default one a core.", 1, NodeInfo.MaxSlots, Environment.ProcessorCount);

    /// <summary>A whole number within limits.</summary>
    public static Option<int> Number(string name, string description, int least, int most, int standard) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result => Parse(result, text => Named(name, value => SettingValues.Number(value, least, most), text)),
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
        Named(name, SettingValues.FilePath, text);

    /// <summary>Akka's log level.</summary>
    public static Option<string> LogLevel(string standard)
    {
        var option = Text(
            "--log-level", "LEVEL", $"How much the log says: {string.Join(", ", SettingValues.LogLevels)}.",
            text => Named("--log-level", SettingValues.Level, text));
        option.DefaultValueFactory = _ => standard;
        return option;
    }

    private static T Named<T>(string name, Func<string, T> make, string text)
    {
        try
        {
            return make(text);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{name}: {wrong.Message}", wrong);
        }
    }

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
