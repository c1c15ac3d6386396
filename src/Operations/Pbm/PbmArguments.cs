using System.Globalization;

namespace AkkaCompute.Operations.Pbm;

/// <summary>What follows a command's name, checked against what the command takes.</summary>
internal sealed class PbmArguments
{
    private readonly Dictionary<char, string> _values = [];
    private readonly PbmCommand _command;

    private PbmArguments(PbmCommand command) => _command = command;

    /// <summary>The command's one word, if it takes one.</summary>
    public string Word { get; private set; } = "";

    /// <summary>The value of a switch, or null.</summary>
    public string? this[char name] => _values.GetValueOrDefault(name);

    /// <exception cref="PbmException">The words are not what the command takes.</exception>
    public static PbmArguments Parse(PbmPalette palette, PbmCommand command, IReadOnlyList<string> words)
    {
        var arguments = new PbmArguments(command);
        var word = false;
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                if (command.Word is null || word)
                    throw Wrong($"'{words[i]}' is one word too many.");
                (arguments.Word, word) = (words[i], true);
                continue;
            }
            var name = words[i];
            var @switch = command.Switches.FirstOrDefault(known => name == $"-{known.Short}" || name == $"--{known.Long}")
                ?? throw Wrong($"{name} is not known.");
            if (++i == words.Count)
                throw Wrong($"-{@switch.Short} has no value.");
            if (!arguments._values.TryAdd(@switch.Short, words[i]))
                throw Wrong($"-{@switch.Short} is there twice.");
        }
        if (command.Word is { } missing && !word)
            throw Wrong($"{missing} is missing.");
        if (command.Switches.FirstOrDefault(known => known.Required && !arguments._values.ContainsKey(known.Short)) is { } absent)
            throw Wrong($"-{absent.Short} is missing.");
        return arguments;

        PbmException Wrong(string what) => new($"{palette.Name} {command.Name}: {what} Usage: {palette.Name} {command.Usage}", usage: true);
    }

    /// <summary>A whole number within limits.</summary>
    public int Number(char name, int least, int most, int standard)
    {
        if (this[name] is not { } text)
            return standard;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new PbmException($"{_command.Name}: -{name}: '{text}' is not a whole number within {least} .. {most}.", usage: true);
    }
}
