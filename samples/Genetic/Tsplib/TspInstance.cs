namespace AkkaCompute.Genetic.Tsplib;

/// <summary>A symmetric travelling salesman problem: cities and all their distances.</summary>
public sealed class TspInstance
{
    public const int MinCities = 3;

    /// <summary>The limit of an island's input, see <see cref="GeneticCodec"/>.</summary>
    public const int MaxCities = 1000;

    /// <summary>The limit for GEO, where the island is sent a table of all distances instead of coordinates.</summary>
    public const int MaxGeoCities = 200;

    /// <summary>The largest coordinate, either way, so that no distance is over an int.</summary>
    public const double MaxCoordinate = 1e7;

    private readonly int[] _distances;

    /// <summary>An instance whose distances are computed once, here.</summary>
    /// <param name="labels">The cities' names, for drawings; null where they have none.</param>
    /// <exception cref="ArgumentException">A limit above is exceeded, or there is not one label per city.</exception>
    public TspInstance(string name, EdgeWeightType type, IReadOnlyList<City> cities, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(cities);
        var most = type == EdgeWeightType.Geo ? MaxGeoCities : MaxCities;
        if (cities.Count < MinCities || cities.Count > most)
            throw new ArgumentException($"{cities.Count} cities, which is not within {MinCities} .. {most}", nameof(cities));
        if (labels is not null && labels.Count != cities.Count)
            throw new ArgumentException($"{labels.Count} labels for {cities.Count} cities", nameof(labels));
        if (cities.Any(c => !(Math.Abs(c.X) <= MaxCoordinate && Math.Abs(c.Y) <= MaxCoordinate)))
            throw new ArgumentException($"a coordinate is not within ±{MaxCoordinate}", nameof(cities));
        (Name, Type, Cities, Labels) = (name, type, [.. cities], labels is null ? null : [.. labels]);
        _distances = new int[Count * Count];
        for (var i = 0; i < Count; i++)
            for (var j = 0; j < i; j++)
                _distances[(i * Count) + j] = _distances[(j * Count) + i] = EdgeWeights.Between(type, Cities[i], Cities[j]);
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
