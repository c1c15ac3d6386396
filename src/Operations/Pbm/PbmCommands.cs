using System.Text.Json.Nodes;
using AkkaCompute.Pbm.Protocol;

namespace AkkaCompute.Operations.Pbm;

/// <summary>All palettes, and which command a request names.</summary>
internal sealed class PbmCommands
{
    private readonly IReadOnlyList<PbmPalette> _palettes;
    private readonly PbmPalette _help;

    public PbmCommands(params IReadOnlyList<PbmPalette> palettes)
    {
        _palettes = [.. palettes.OrderBy(palette => palette.Name, StringComparer.Ordinal)];
        _help = new PbmPalette("help", "Lists the palettes, or the commands of one.", [new PbmCommand("help", "", (_, _) => Help(null))]);
    }

    /// <summary>Finds what the words name.</summary>
    /// <exception cref="PbmException">They name nothing, or not completely.</exception>
    public (PbmCommand Command, PbmArguments Arguments) Find(string[] words)
    {
        switch (words)
        {
            case [] or ["help"]:
                return (_help.Commands[0], PbmArguments.Parse(_help, _help.Commands[0], []));
            case ["help", var about]:
                var topic = _help.Commands[0] with { Run = (_, _) => Help(Palette(about)) };
                return (topic, PbmArguments.Parse(_help, topic, []));
            case [var name]:
                throw new PbmException($"{name}: which command? {Names(Palette(name).Commands.Select(known => known.Name))}", usage: true);
            default:
                var palette = Palette(words[0]);
                var command = palette.Commands.FirstOrDefault(known => known.Name == words[1])
                    ?? throw new PbmException(
                        $"{words[0]}: '{Short(words[1])}' is not known. {Names(palette.Commands.Select(known => known.Name))}",
                        usage: true);
                return (command, PbmArguments.Parse(palette, command, words[2..]));
        }
    }

    private PbmPalette Palette(string name) =>
        _palettes.FirstOrDefault(palette => palette.Name == name)
        ?? throw new PbmException(
            $"'{Short(name)}' is not known. {Names(_palettes.Select(palette => palette.Name).Append("help"))}", usage: true);

    private static string Names(IEnumerable<string> names) => $"There is: {string.Join(", ", names)}.";

    private static string Short(string word) => word.Length <= 64 ? word : word[..64] + "…";

    private IAsyncEnumerable<PbmLine> Help(PbmPalette? about) => PbmLine.AllAsync(HelpLines(about));

    private IEnumerable<PbmLine> HelpLines(PbmPalette? about)
    {
        if (about is null)
        {
            foreach (var palette in _palettes)
            {
                yield return new PbmLine(
                    $"{palette.Name,-18} {palette.Description}",
                    new JsonObject { ["palette"] = palette.Name, ["description"] = palette.Description });
                foreach (var command in palette.Commands)
                    yield return new PbmLine($"  {palette.Name} {command.Usage}");
            }
            yield break;
        }
        foreach (var command in about.Commands)
        {
            yield return new PbmLine(
                $"{about.Name} {command.Usage}",
                new JsonObject
                {
                    ["palette"] = about.Name, ["command"] = command.Name, ["usage"] = command.Usage, ["description"] = command.Description,
                });
            yield return new PbmLine($"    {command.Description}");
            foreach (var known in command.Switches)
                yield return new PbmLine($"    -{known.Short}, --{known.Long} {known.Value}: {known.Description}");
        }
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="PbmException">It is none of this version, or not bounded as it must be.</exception>
    public static (bool Json, string[] Words) Read(string request) => request.Split(PbmProtocol.Separator) switch
    {
        [not PbmProtocol.Version, ..] => throw new PbmException($"This is no request of {PbmProtocol.Version}.", usage: true),
        { Length: > PbmProtocol.MaxWords + 2 } all =>
            throw new PbmException($"{all.Length - 2} words, at most {PbmProtocol.MaxWords}.", usage: true),
        [_, PbmProtocol.Text, .. var words] => (false, words),
        [_, PbmProtocol.Json, .. var words] => (true, words),
        _ => throw new PbmException($"The format is neither {PbmProtocol.Text} nor {PbmProtocol.Json}.", usage: true),
    };
}
