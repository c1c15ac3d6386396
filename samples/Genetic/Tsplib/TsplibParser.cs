using System.Text;

namespace AkkaCompute.Genetic.Tsplib;

/// <summary>
/// Reads TSPLIB files (G. Reinelt, "TSPLIB 95") of TYPE TSP: with coordinates, EUC_2D, CEIL_2D, ATT and GEO, or with a table of distances,
/// EXPLICIT in all its formats. As people have them: with a byte order mark, in Latin-1, with keywords in lower case, remarks behind a
/// value, nodes counted from 0. Whatever it does not know it refuses, naming the line and the field: a keyword that is skipped could
/// change what the file means.
/// </summary>
public static class TsplibParser
{
    /// <summary>The largest file, in bytes: a table of a thousand cities, so that it is refused for its cities.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>The longest line, in characters: a row of such a table.</summary>
    public const int MaxLine = 32 * 1024;

    /// <summary>Reads a file's bytes: UTF-8, with or without a byte order mark, or else Latin-1. Only names and comments are not ASCII.</summary>
    /// <exception cref="TsplibException">The file is larger than <see cref="MaxBytes"/>, is not text, or breaks the format.</exception>
    public static TspInstance Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
            throw new TsplibException(0, "file", $"{file.Length} bytes, which is over the limit of {MaxBytes}");
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new TsplibException(0, "file", "UTF-16: save it as UTF-8");
        if (file.Contains((byte)0))
            throw new TsplibException(0, "file", $"byte {file.IndexOf((byte)0)} is 0: this is no text");
        if (file.StartsWith(Encoding.UTF8.Preamble))
            file = file[Encoding.UTF8.Preamble.Length..];
        return Parse(System.Text.Unicode.Utf8.IsValid(file) ? Encoding.UTF8.GetString(file) : Encoding.Latin1.GetString(file));
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="TsplibException">The text is longer than <see cref="MaxBytes"/> or breaks the format.</exception>
    public static TspInstance Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes)
            throw new TsplibException(0, "file", $"{text.Length} characters, which is over the limit of {MaxBytes}");
        var header = new TsplibHeader();
        var sections = new Dictionary<string, ITsplibSection>(StringComparer.Ordinal);
        ITsplibSection? section = null;
        var number = 0;
        foreach (var raw in text.EnumerateLines())
        {
            number++;
            if (raw.Length > MaxLine)
                throw new TsplibException(number, "line", $"{raw.Length} characters, which is over the limit of {MaxLine}");
            var line = raw.Trim().ToString();
            if (line.Length == 0)
                continue;
            var keyword = line.TrimEnd(':', ' ', '\t').ToUpperInvariant();
            if (keyword == "EOF")
                break;
            if (keyword is TsplibCoordinates.Nodes or TsplibCoordinates.Display or TsplibTable.Name)
            {
                section = keyword == TsplibTable.Name ? new TsplibTable(header, number) : new TsplibCoordinates(keyword, header, number);
                if (!sections.TryAdd(keyword, section))
                    throw new TsplibException(number, keyword, "given twice");
            }
            else if (section is not null && (char.IsAsciiDigit(line[0]) || line[0] is '-' or '+' or '.'))
            {
                section.Add(number, line);
            }
            else
            {
                section = null;
                header.Read(number, line, sections.Keys.FirstOrDefault());
            }
        }
        var name = header.Name ?? "unnamed";
        if (header.Type == EdgeWeightType.Explicit)
        {
            var table = sections.GetValueOrDefault(TsplibTable.Name) as TsplibTable ?? throw new TsplibException(number, TsplibTable.Name, "missing");
            var places = (sections.GetValueOrDefault(TsplibCoordinates.Display) ?? sections.GetValueOrDefault(TsplibCoordinates.Nodes)) as TsplibCoordinates;
            return TspInstance.OfTable(name, table.Complete(number), places?.Complete(number));
        }
        var nodes = sections.GetValueOrDefault(TsplibCoordinates.Nodes) as TsplibCoordinates ?? throw new TsplibException(number, TsplibCoordinates.Nodes, "missing");
        if (sections.ContainsKey(TsplibTable.Name))
            throw new TsplibException(number, TsplibTable.Name, "goes with EDGE_WEIGHT_TYPE EXPLICIT");
        if (sections.GetValueOrDefault(TsplibCoordinates.Display) is TsplibCoordinates display)
            display.Complete(number); // of no use here: the cities are drawn where they are
        return new TspInstance(name, header.Type!.Value, nodes.Complete(number));
    }
}

/// <summary>A section's lines.</summary>
internal interface ITsplibSection
{
    void Add(int number, string line);
}
