using AkkaCompute.Genetic.Tsplib;
using CsCheck;

namespace AkkaCompute.Genetic.Tests;

public sealed class EdgeWeightsTests
{
    [Theory]
    [InlineData(EdgeWeightType.Euc2D, 0, 0, 1, 1, 1)]            // 1.414 rounds down
    [InlineData(EdgeWeightType.Euc2D, 0, 0, 1.5, 0, 2)]          // a half rounds up
    [InlineData(EdgeWeightType.Euc2D, 565, 575, 25, 185, 666)]   // berlin52, 1 to 2: 666.108
    [InlineData(EdgeWeightType.Ceil2D, 0, 0, 3, 4, 5)]
    [InlineData(EdgeWeightType.Ceil2D, 0, 0, 1, 1, 2)]
    [InlineData(EdgeWeightType.Ceil2D, 5, 5, 5, 5, 0)]
    [InlineData(EdgeWeightType.Att, 0, 0, 10, 0, 4)]             // 3.16 rounds to 3, which is less, so 4
    [InlineData(EdgeWeightType.Att, 0, 0, 1, 5, 2)]              // 1.61 rounds to 2, which stays
    [InlineData(EdgeWeightType.Att, 6734, 1453, 2233, 10, 1495)] // att48, 1 to 2: 1494.7
    [InlineData(EdgeWeightType.Geo, 0, 0, 0, 1, 112)]            // a degree of 111.32 km, plus 1, cut off
    [InlineData(EdgeWeightType.Geo, 0, 0, 0, 0.30, 56)]          // 0.30 is half a degree: minutes, not hundredths
    [InlineData(EdgeWeightType.Geo, 90, 0, -90, 0, 20039)]       // from pole to pole
    [InlineData(EdgeWeightType.Geo, 47.11, 8.32, 47.11, 8.32, 1)]
    public void Distances_are_those_of_the_documentation(EdgeWeightType type, double ax, double ay, double bx, double by, int expected) =>
        Assert.Equal(expected, EdgeWeights.Between(type, new City(ax, ay), new City(bx, by)));

    /// <summary>burma14's published optimum is 3323; this is an optimal tour.</summary>
    [Fact]
    public void Burma14s_optimal_tour_is_as_long_as_published()
    {
        City[] cities =
        [
            new(16.47, 96.10), new(16.47, 94.44), new(20.09, 92.54), new(22.39, 93.37), new(25.23, 97.24), new(22.00, 96.05), new(20.47, 97.02),
            new(17.20, 96.29), new(16.30, 97.38), new(14.05, 98.12), new(16.53, 97.38), new(21.52, 95.59), new(19.41, 97.13), new(20.09, 94.55),
        ];
        var burma = new TspInstance("burma14", EdgeWeightType.Geo, cities);
        Assert.Equal(3323, burma.TourLength([0, 1, 13, 2, 3, 4, 5, 11, 6, 12, 7, 10, 8, 9]));
        Assert.Equal(3323, KnownOptima.Find(burma));
    }

    [Fact]
    public void Distances_are_symmetric_and_never_negative() =>
        Gen.Select(Gen.Double[-90, 90], Gen.Double[-180, 180], Gen.Double[-90, 90], Gen.Double[-180, 180]).Sample((ax, ay, bx, by) =>
        {
            foreach (var type in Enum.GetValues<EdgeWeightType>().Where(type => type != EdgeWeightType.Explicit))
            {
                var there = EdgeWeights.Between(type, new City(ax, ay), new City(bx, by));
                Assert.Equal(there, EdgeWeights.Between(type, new City(bx, by), new City(ax, ay)));
                Assert.InRange(there, 0, 20039);
            }
        });

    [Theory]
    [InlineData(new[] { 0, 1 }, "2 cities, not 3")]
    [InlineData(new[] { 0, 1, 1 }, "place 2 holds city 1")]
    [InlineData(new[] { 0, 1, 3 }, "place 2 holds city 3")]
    [InlineData(new[] { -1, 1, 2 }, "place 0 holds city -1")]
    public void What_is_no_tour_has_no_length(int[] tour, string problem)
    {
        var instance = Instances.Uniform(3, 1);
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => instance.TourLength(tour)).Message, StringComparison.Ordinal);
    }
}
