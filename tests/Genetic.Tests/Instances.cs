using System.Globalization;
using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

/// <summary>Instances that are made here, and tours over them.</summary>
internal static class Instances
{
    public static TspInstance Uniform(int cities, int seed, EdgeWeightType type = EdgeWeightType.Euc2D)
    {
        var random = new Random(seed);
        return new TspInstance($"uniform{cities}", type, [.. Enumerable.Range(0, cities).Select(_ =>
            type == EdgeWeightType.Geo
                ? new City(random.Next(-70, 70) + (random.Next(60) / 100.0), random.Next(-170, 170) + (random.Next(60) / 100.0))
                : new City(random.Next(10_000), random.Next(10_000)))]);
    }

    /// <summary>Cities on a circle in a shuffled order: the optimum is the way around.</summary>
    public static TspInstance Circle(int cities, int seed, EdgeWeightType type)
    {
        var places = Enumerable.Range(0, cities).ToArray();
        new Random(seed).Shuffle(places);
        return new TspInstance($"circle{cities}", type, [.. places.Select(i =>
            new City(100_000 * Math.Cos(2 * Math.PI * i / cities), 100_000 * Math.Sin(2 * Math.PI * i / cities)))]);
    }

    public static string ToTsplib(TspInstance instance, string type, string newline = "\n")
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"NAME: {instance.Name}{newline}TYPE : TSP{newline}DIMENSION :{instance.Count}{newline}EDGE_WEIGHT_TYPE:{type}{newline}NODE_COORD_SECTION{newline}");
        for (var i = 0; i < instance.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"  {i + 1}\t{instance.Cities[i].X:R}   {instance.Cities[i].Y:R}{newline}");
        return text.Append("EOF").Append(newline).ToString();
    }

    public static Tour Canonical(TspInstance instance, IEnumerable<int> order)
    {
        var cities = order.ToArray();
        var zero = Array.IndexOf(cities, 0);
        cities = [.. cities[zero..], .. cities[..zero]];
        if (cities[1] > cities[^1])
            Array.Reverse(cities, 1, cities.Length - 1);
        return new Tour(instance.TourLength(cities), cities);
    }

    public static Tour RandomTour(TspInstance instance, int seed)
    {
        var order = Enumerable.Range(0, instance.Count).ToArray();
        new Random(seed).Shuffle(order);
        return Canonical(instance, order);
    }
}
