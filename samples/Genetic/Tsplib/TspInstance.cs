namespace AkkaCompute.Genetic.Tsplib;

/// <summary>A symmetric travelling salesman problem: cities and all their distances.</summary>
public sealed class TspInstance
{
    public const int MinCities = 3;

    /// <summary>The limit of an island's input, see <see cref="GeneticCodec"/>.</summary>
    public const int MaxCities = 1000;

    /// <summary>The limit for GEO and EXPLICIT, where the island is sent a table of all distances instead of coordinates.</summary>
    public const int MaxTableCities = 200;

    /// <summary>The largest distance in a table: 16 bits on the way to an island.</summary>
    public const int MaxTableDistance = ushort.MaxValue;

    /// <summary>The largest coordinate, either way, so that no distance is over an int.</summary>
    public const double MaxCoordinate = 1e7;

    private readonly int[] _distances;

    /// <summary>An instance whose distances are computed once, here.</summary>
    /// <param name="labels">The cities' names, for drawings; null where they have none.</param>
    /// <exception cref="ArgumentException">A limit above is exceeded, or there is not one label per city.</exception>
    public TspInstance(string name, EdgeWeightType type, IReadOnlyList<City> cities, IReadOnlyList<string>? labels = null)
        : this(name, type, cities, labels, [])
    {
        if (type == EdgeWeightType.Explicit)
            throw new ArgumentException("a table of distances is needed", nameof(type));
        _distances = new int[Count * Count];
        for (var i = 0; i < Count; i++)
            for (var j = 0; j < i; j++)
                _distances[(i * Count) + j] = _distances[(j * Count) + i] = EdgeWeights.Between(type, Cities[i], Cities[j]);
    }

    private TspInstance(string name, EdgeWeightType type, IReadOnlyList<City> cities, IReadOnlyList<string>? labels, int[] distances)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(cities);
        var most = MostCities(type);
        if (cities.Count < MinCities || cities.Count > most)
            throw new ArgumentException($"{cities.Count} cities, which is not within {MinCities} .. {most}", nameof(cities));
        if (labels is not null && labels.Count != cities.Count)
            throw new ArgumentException($"{labels.Count} labels for {cities.Count} cities", nameof(labels));
        if (cities.Any(c => !(Math.Abs(c.X) <= MaxCoordinate && Math.Abs(c.Y) <= MaxCoordinate)))
            throw new ArgumentException($"a coordinate is not within ±{MaxCoordinate}", nameof(cities));
        (Name, Type, Cities, Labels, _distances) = (name, type, [.. cities], labels is null ? null : [.. labels], distances);
    }

    /// <summary>The largest number of cities for a kind of distances.</summary>
    public static int MostCities(EdgeWeightType type) => type is EdgeWeightType.Geo or EdgeWeightType.Explicit ? MaxTableCities : MaxCities;

    /// <summary>An instance with a table of distances, row by row.</summary>
    /// <param name="cities">Where to draw them; null: around a circle.</param>
    /// <exception cref="ArgumentException">A limit above is exceeded, or the table is not square and symmetric with zeros between.</exception>
    public static TspInstance OfTable(string name, IReadOnlyList<int> distances, IReadOnlyList<City>? cities = null)
    {
        ArgumentNullException.ThrowIfNull(distances);
        var count = (int)Math.Round(Math.Sqrt(distances.Count));
        cities ??= [.. Enumerable.Range(0, count).Select(i => new City(Math.Cos(2 * Math.PI * i / count), Math.Sin(2 * Math.PI * i / count)))];
        if (distances.Count != cities.Count * cities.Count)
            throw new ArgumentException($"{distances.Count} distances of {cities.Count} cities", nameof(distances));
        for (var i = 0; i < distances.Count; i++)
        {
            var (row, column) = (i / count, i % count);
            if (distances[i] is < 0 or > MaxTableDistance || distances[i] != distances[(column * count) + row] || (row == column && distances[i] != 0))
                throw new ArgumentException($"from {row} to {column}: {distances[i]}, and {distances[(column * count) + row]} back", nameof(distances));
        }
        return new TspInstance(name, EdgeWeightType.Explicit, cities, null, [.. distances]);
    }

    public string Name { get; }

    public EdgeWeightType Type { get; }

    public IReadOnlyList<City> Cities { get; }

    public IReadOnlyList<string>? Labels { get; }

    /// <summary>How many cities.</summary>
    public int Count => Cities.Count;

    /// <summary>The distance of two cities, counted from 0.</summary>
    public int Distance(int a, int b) => _distances[(a * Count) + b];

    /// <summary>The length of a closed tour.</summary>
    /// <exception cref="ArgumentException">The tour does not visit every city once.</exception>
    public long TourLength(IReadOnlyList<int> tour)
    {
        ArgumentNullException.ThrowIfNull(tour);
        var visited = new bool[Count];
        if (tour.Count != Count)
            throw new ArgumentException($"the tour has {tour.Count} cities, not {Count}", nameof(tour));
        long length = 0;
        for (var i = 0; i < tour.Count; i++)
        {
            var city = tour[i];
            if (city < 0 || city >= Count || visited[city])
                throw new ArgumentException($"the tour is no permutation: place {i} holds city {city}", nameof(tour));
            visited[city] = true;
            if (i > 0)
                length += Distance(tour[i - 1], city);
        }
        return length + Distance(tour[^1], tour[0]);
    }
}
