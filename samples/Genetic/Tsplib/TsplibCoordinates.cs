using System.Globalization;

namespace AkkaCompute.Genetic.Tsplib;

/// <summary>NODE_COORD_SECTION or DISPLAY_DATA_SECTION: a number, x and y in each line; the numbers are 1 .. n, or all of them one less.</summary>
internal sealed class TsplibCoordinates(string section, TsplibHeader header, int started) : ITsplibSection
{
    public const string Nodes = "NODE_COORD_SECTION", Display = "DISPLAY_DATA_SECTION";

    private readonly int _count = header.CheckComplete(started, section);
    private readonly bool _geo = header.Type == EdgeWeightType.Geo && section == Nodes;
    private readonly Dictionary<int, City> _cities = [];

    public void Add(int number, string line)
    {
        var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 3)
            throw new TsplibException(number, section, $"{parts.Length} columns, not 3 (number, x, y)");
        // n goes with 1, and 0 with n - 1: what can't be is known when the second of the two comes.
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var node) || node > _count
            || (node == 0 && _cities.ContainsKey(_count)) || (node == _count && _cities.ContainsKey(0)))
        {
            throw new TsplibException(number, "node number", $"'{parts[0]}' is not within {(_cities.ContainsKey(0) ? $"0 .. {_count - 1}" : $"1 .. {_count}")}");
        }
        var city = new City(
            ReadCoordinate(number, _geo ? "latitude" : "x", parts[1], _geo ? 90 : TspInstance.MaxCoordinate),
            ReadCoordinate(number, _geo ? "longitude" : "y", parts[2], _geo ? 180 : TspInstance.MaxCoordinate));
        if (!_cities.TryAdd(node, city))
            throw new TsplibException(number, "node number", $"{node} is given twice");
    }

    /// <summary>All of them, in the order of their numbers.</summary>
    public City[] Complete(int number)
    {
        var first = _cities.ContainsKey(0) ? 0 : 1;
        for (var node = first; node < first + _count; node++)
        {
            if (!_cities.ContainsKey(node))
                throw new TsplibException(number, section, $"node {node} of {_count} is missing");
        }
        return [.. Enumerable.Range(first, _count).Select(node => _cities[node])];
    }

    private static double ReadCoordinate(int number, string field, string text, double most) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && Math.Abs(value) <= most
            ? value
            : throw new TsplibException(number, field, $"'{text}' is not a number within ±{most.ToString("0", CultureInfo.InvariantCulture)}");
}
