using System.Text.Json;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic;

/// <summary>The default input: the capitals of the 48 contiguous United States. See <c>data/README.md</c>.</summary>
public static class UsCapitals
{
    public const string Name = "us-capitals48";

    /// <summary>Reads the embedded instance, with the cities' names.</summary>
    public static TspInstance Load()
    {
        var bare = TsplibParser.Parse(Resource.Bytes($"{Name}.tsp"));
        var labels = Resource.Text($"{Name}.labels.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new TspInstance(bare.Name, bare.Type, bare.Cities, labels);
    }

    /// <summary>An optimal tour, proven with a solver (<c>proof/prove.py</c>). For comparison only: nothing searches with it.</summary>
    public static Tour Optimum()
    {
        using var json = JsonDocument.Parse(Resource.Bytes($"{Name}.opt.json"));
        var tour = json.RootElement.GetProperty("tour").EnumerateArray().Select(city => city.GetInt32() - 1);
        return new Tour(json.RootElement.GetProperty("optimum").GetInt64(), [.. tour]);
    }
}
