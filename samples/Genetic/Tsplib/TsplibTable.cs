using System.Globalization;

namespace AkkaCompute.Genetic.Tsplib;

/// <summary>EDGE_WEIGHT_SECTION: whole numbers in the order of the format, however they are broken into lines.</summary>
internal sealed class TsplibTable : ITsplibSection
{
    public const string Name = "EDGE_WEIGHT_SECTION";

    /// <summary>A column of one triangle is a row of the other, for the table is symmetric.</summary>
    public static readonly string[] Formats =
    [
        "FULL_MATRIX", "UPPER_ROW", "LOWER_ROW", "UPPER_DIAG_ROW", "LOWER_DIAG_ROW", "UPPER_COL", "LOWER_COL", "UPPER_DIAG_COL", "LOWER_DIAG_COL",
    ];

    private readonly int _count;
    private readonly int[] _distances;
    private readonly IEnumerator<(int Row, int Column)> _places;
    private readonly bool _full;
    private int _read;

    public TsplibTable(TsplibHeader header, int number)
    {
        _count = header.CheckComplete(number, Name);
        if (header.Type != EdgeWeightType.Explicit)
            throw new TsplibException(number, Name, "goes with EDGE_WEIGHT_TYPE EXPLICIT");
        var format = header.Format ?? throw new TsplibException(number, "EDGE_WEIGHT_FORMAT", $"missing before {Name}");
        if (format == "FUNCTION")
            throw new TsplibException(number, "EDGE_WEIGHT_FORMAT", $"FUNCTION goes with coordinates, not with {Name}");
        _full = format == "FULL_MATRIX";
        _distances = new int[_count * _count];
        _places = Places(format, _count).GetEnumerator();
    }

    public void Add(int number, string line)
    {
        foreach (var text in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (!_places.MoveNext())
                throw new TsplibException(number, Name, $"more than the {_read} numbers of {_count} cities");
            _read++;
            var (row, column) = _places.Current;
            if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var distance))
                throw new TsplibException(number, Name, $"'{(text.Length <= 40 ? text : text[..40])}' is not a whole number");
            if (row == column)
                continue; // from a city to itself: some write 0, some 9999
            if (distance is < 0 or > TspInstance.MaxTableDistance)
                throw new TsplibException(number, Name, $"{distance} is not within 0 .. {TspInstance.MaxTableDistance}");
            if (_full && column < row && _distances[(column * _count) + row] != distance)
            {
                throw new TsplibException(number, Name,
                    $"{distance} from the {row + 1}. city to the {column + 1}., but {_distances[(column * _count) + row]} back: an asymmetric problem is not supported");
            }
            _distances[(row * _count) + column] = _distances[(column * _count) + row] = distance;
        }
    }

    /// <summary>The table, row by row.</summary>
    public int[] Complete(int number) => _places.MoveNext() ? throw new TsplibException(number, Name, $"only {_read} numbers of {_count} cities") : _distances;

    private static IEnumerable<(int Row, int Column)> Places(string format, int count)
    {
        var diagonal = format.Contains("DIAG", StringComparison.Ordinal) ? 0 : 1;
        var upper = format.StartsWith("UPPER", StringComparison.Ordinal) == format.EndsWith("ROW", StringComparison.Ordinal);
        for (var row = 0; row < count; row++)
        {
            var (from, to) = format == "FULL_MATRIX" ? (0, count) : upper ? (row + diagonal, count) : (0, row + 1 - diagonal);
            for (var column = from; column < to; column++)
                yield return (row, column);
        }
    }
}
