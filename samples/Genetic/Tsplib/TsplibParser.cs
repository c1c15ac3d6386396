using System.Globalization;
using System.Text;

namespace AkkaCompute.Genetic.Tsplib;

/// <summary>
/// Reads TSPLIB files (G. Reinelt, "TSPLIB 95") of TYPE TSP with coordinates: EUC_2D, CEIL_2D, ATT and GEO. Whatever it
/// does not know it refuses, naming the line and the field: a keyword that is skipped could change what the file means.
/// </summary>
public static class TsplibParser
{
    /// <summary>The largest file, in bytes: 128 per city are plenty.</summary>
    public const int MaxBytes = 128 * 1024;

    /// <summary>The longest line, in characters.</summary>
    public const int MaxLine = 1000;

    private static readonly Dictionary<string, EdgeWeightType> s_types = new(StringComparer.Ordinal)
    {
        ["EUC_2D"] = EdgeWeightType.Euc2D,
        ["CEIL_2D"] = EdgeWeightType.Ceil2D,
        ["ATT"] = EdgeWeightType.Att,
        ["GEO"] = EdgeWeightType.Geo,
    };

    /// <summary>Keywords that only one value of leaves the file's meaning as it is.</summary>
    private static readonly Dictionary<string, string[]> s_harmless = new(StringComparer.Ordinal)
    {
        ["TYPE"] = ["TSP"],
        ["EDGE_WEIGHT_FORMAT"] = ["FUNCTION"],
        ["NODE_COORD_TYPE"] = ["TWOD_COORDS"],
        ["DISPLAY_DATA_TYPE"] = ["COORD_DISPLAY", "NO_DISPLAY"],
    };

    /// <summary>Reads a file's bytes; UTF-8, of which ASCII is a part.</summary>
    /// <exception cref="TsplibException">The file is larger than <see cref="MaxBytes"/>, is not text, or breaks the format.</exception>
    public static TspInstance Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length > MaxBytes)
            throw new TsplibException(0, "file", $"{file.Length} bytes, which is over the limit of {MaxBytes}");
        try
        {
            return Parse(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file));
        }
        catch (DecoderFallbackException e)
        {
            throw new TsplibException(0, "file", $"byte {e.Index} is not UTF-8 text");
        }
    }

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="TsplibException">The text is longer than <see cref="MaxBytes"/> or breaks the format.</exception>
    public static TspInstance Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes)
            throw new TsplibException(0, "file", $"{text.Length} characters, which is over the limit of {MaxBytes}");
        var header = new Header();
        City?[]? cities = null;
        var number = 0;
        var inSection = false;
        foreach (var raw in text.EnumerateLines())
        {
            number++;
            if (raw.Length > MaxLine)
                throw new TsplibException(number, "line", $"{raw.Length} characters, which is over the limit of {MaxLine}");
            var line = raw.Trim().ToString();
            if (line.Length == 0)
                continue;
            if (line == "EOF")
                break;
            if (line.TrimEnd(':', ' ') == "NODE_COORD_SECTION")
            {
                if (cities is not null)
                    throw new TsplibException(number, "NODE_COORD_SECTION", "given twice");
                cities = new City?[header.CheckComplete(number)];
                inSection = true;
            }
            else if (inSection && (char.IsAsciiDigit(line[0]) || line[0] is '-' or '+' or '.'))
            {
                ReadCity(number, line, header.Type!.Value, cities!);
            }
            else
            {
                inSection = false;
                ReadKeyword(number, line, header, cities is not null);
            }
        }
        if (cities is null)
            throw new TsplibException(number, "NODE_COORD_SECTION", "missing");
        var gap = Array.IndexOf(cities, null);
        if (gap >= 0)
            throw new TsplibException(number, "NODE_COORD_SECTION", $"node {gap + 1} of {cities.Length} is missing");
        return new TspInstance(header.Name ?? "unnamed", header.Type!.Value, Array.ConvertAll(cities, c => c!.Value));
    }

    private static void ReadKeyword(int number, string line, Header header, bool late)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var key = (colon < 0 ? line : line[..colon]).Trim();
        var shown = key.Length <= 40 ? key : key[..40] + "…";
        if (key is not ("NAME" or "COMMENT" or "DIMENSION" or "EDGE_WEIGHT_TYPE") && !s_harmless.ContainsKey(key))
            throw new TsplibException(number, shown, "an unknown keyword, or one of a kind of problem that is not supported");
        if (colon < 0)
            throw new TsplibException(number, shown, "there is no ':' after the keyword");
        if (late)
            throw new TsplibException(number, shown, "comes after NODE_COORD_SECTION");
        var value = line[(colon + 1)..].Trim();
        if (key != "COMMENT" && !header.Seen.Add(key))
            throw new TsplibException(number, key, "given twice");
        if (key == "NAME")
            header.Name = value.Length is > 0 and <= 100 ? value : throw new TsplibException(number, key, "is not 1 .. 100 characters long");
        else if (key == "DIMENSION")
            header.Dimension = ReadDimension(number, value);
        else if (key == "EDGE_WEIGHT_TYPE")
            header.Type = s_types.TryGetValue(value, out var type) ? type : throw new TsplibException(number, key, $"'{value}' is not one of {string.Join(", ", s_types.Keys)}");
        else if (s_harmless.TryGetValue(key, out var known) && !known.Contains(value))
            throw new TsplibException(number, key, $"'{value}' is not {string.Join(" or ", known)}");
        if (header is { Type: EdgeWeightType.Geo, Dimension: > TspInstance.MaxGeoCities })
            throw new TsplibException(number, "DIMENSION", $"{header.Dimension} cities, which is over the limit of {TspInstance.MaxGeoCities} for GEO");
    }

    private static int ReadDimension(int number, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= TspInstance.MinCities and <= TspInstance.MaxCities
            ? count
            : throw new TsplibException(number, "DIMENSION", $"'{value}' is not a number within {TspInstance.MinCities} .. {TspInstance.MaxCities}");

    private static void ReadCity(int number, string line, EdgeWeightType type, City?[] cities)
    {
        var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3)
            throw new TsplibException(number, "NODE_COORD_SECTION", $"{parts.Length} columns, not 3 (number, x, y)");
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var node) || node < 1 || node > cities.Length)
            throw new TsplibException(number, "node number", $"'{parts[0]}' is not within 1 .. {cities.Length}");
        if (cities[node - 1] is not null)
            throw new TsplibException(number, "node number", $"{node} is given twice");
        var geo = type == EdgeWeightType.Geo;
        cities[node - 1] = new City(
            ReadCoordinate(number, geo ? "latitude" : "x", parts[1], geo ? 90 : TspInstance.MaxCoordinate),
            ReadCoordinate(number, geo ? "longitude" : "y", parts[2], geo ? 180 : TspInstance.MaxCoordinate));
    }

    private static double ReadCoordinate(int number, string field, string text, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= most
            ? value
            : throw new TsplibException(number, field, $"'{text}' is not a number within ±{most.ToString("0", CultureInfo.InvariantCulture)}");

    private sealed class Header
    {
        public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);
        public string? Name { get; set; }
        public int? Dimension { get; set; }
        public EdgeWeightType? Type { get; set; }

        /// <summary>The dimension, once all that the section needs is there.</summary>
        public int CheckComplete(int number)
        {
            if (!Seen.Contains("TYPE"))
                throw new TsplibException(number, "TYPE", "missing before NODE_COORD_SECTION");
            if (Type is null)
                throw new TsplibException(number, "EDGE_WEIGHT_TYPE", "missing before NODE_COORD_SECTION");
            return Dimension ?? throw new TsplibException(number, "DIMENSION", "missing before NODE_COORD_SECTION");
        }
    }
}
