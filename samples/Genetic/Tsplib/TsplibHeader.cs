using System.Globalization;

namespace AkkaCompute.Genetic.Tsplib;

/// <summary>The keywords of a file. Their order is free, capitals or not; what stands behind a value is a remark.</summary>
internal sealed class TsplibHeader
{
    private static readonly Dictionary<string, EdgeWeightType> s_types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["EUC_2D"] = EdgeWeightType.Euc2D,
        ["CEIL_2D"] = EdgeWeightType.Ceil2D,
        ["ATT"] = EdgeWeightType.Att,
        ["GEO"] = EdgeWeightType.Geo,
        ["EXPLICIT"] = EdgeWeightType.Explicit,
    };

    /// <summary>Keywords that only some values of leave the file's meaning as it is.</summary>
    private static readonly Dictionary<string, string[]> s_harmless = new(StringComparer.Ordinal)
    {
        ["TYPE"] = ["TSP"],
        ["EDGE_WEIGHT_FORMAT"] = ["FUNCTION", .. TsplibTable.Formats],
        ["NODE_COORD_TYPE"] = ["TWOD_COORDS", "NO_COORDS"],
        ["DISPLAY_DATA_TYPE"] = ["COORD_DISPLAY", "TWOD_DISPLAY", "NO_DISPLAY"],
    };

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public string? Name { get; private set; }

    public int? Dimension { get; private set; }

    public EdgeWeightType? Type { get; private set; }

    /// <summary>How a table is written.</summary>
    public string? Format { get; private set; }

    /// <summary>The dimension, once all that a section needs is there.</summary>
    public int CheckComplete(int number, string section)
    {
        if (!_seen.Contains("TYPE"))
            throw new TsplibException(number, "TYPE", $"missing before {section}");
        if (Type is null)
            throw new TsplibException(number, "EDGE_WEIGHT_TYPE", $"missing before {section}");
        return Dimension ?? throw new TsplibException(number, "DIMENSION", $"missing before {section}");
    }

    /// <param name="after">The section that came before; null: none.</param>
    public void Read(int number, string line, string? after)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var key = (colon < 0 ? line : line[..colon]).Trim().ToUpperInvariant();
        if (key is not ("NAME" or "COMMENT" or "DIMENSION" or "EDGE_WEIGHT_TYPE") && !s_harmless.ContainsKey(key))
        {
            var shown = (colon < 0 ? line : line[..colon]).Trim();
            throw new TsplibException(number, shown.Length <= 40 ? shown : shown[..40] + "…", "an unknown keyword, or one of a kind of problem that is not supported");
        }
        if (colon < 0)
            throw new TsplibException(number, key, "there is no ':' after the keyword");
        if (after is not null && key != "COMMENT")
            throw new TsplibException(number, key, $"comes after {after}");
        if (key != "COMMENT" && !_seen.Add(key))
            throw new TsplibException(number, key, "given twice");
        Set(number, key, line[(colon + 1)..].Trim());
        if (Type is { } type && Dimension > TspInstance.MostCities(type))
        {
            throw new TsplibException(number, "DIMENSION",
                $"{Dimension} cities, which is over the limit of {TspInstance.MostCities(type)} for {type.ToString().ToUpperInvariant()}: an island's input would be too large");
        }
    }

    private void Set(int number, string key, string text)
    {
        var value = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
        if (key == "NAME")
            Name = text.Length is > 0 and <= 100 ? text : throw new TsplibException(number, key, "is not 1 .. 100 characters long");
        else if (key == "DIMENSION")
            Dimension = ReadDimension(number, value);
        else if (key == "EDGE_WEIGHT_TYPE")
            Type = s_types.TryGetValue(value, out var type) ? type : throw new TsplibException(number, key, $"'{value}' is not one of {string.Join(", ", s_types.Keys)}");
        else if (s_harmless.TryGetValue(key, out var known) && !known.Contains(value, StringComparer.OrdinalIgnoreCase))
            throw new TsplibException(number, key, $"'{value}' is not {string.Join(" or ", known)}");
        else if (key == "EDGE_WEIGHT_FORMAT")
            Format = value.ToUpperInvariant();
    }

    private static int ReadDimension(int number, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= TspInstance.MinCities and <= TspInstance.MaxCities
            ? count
            : throw new TsplibException(number, "DIMENSION", $"'{value}' is not a number within {TspInstance.MinCities} .. {TspInstance.MaxCities}");
}
