using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

public sealed class UsCapitalsTests
{
    [Fact]
    public void The_kept_optimum_is_a_tour_of_its_length()
    {
        var instance = UsCapitals.Load();
        Assert.Equal((48, EdgeWeightType.Geo, 48), (instance.Count, instance.Type, instance.Labels!.Count));
        Assert.Equal(UsCapitals.Optimum().Length, instance.TourLength(UsCapitals.Optimum().Cities));
        Assert.Equal(17132, KnownOptima.Find(instance));
    }

    [Fact]
    public void Minutes_are_minutes()
    {
        Assert.All(UsCapitals.Load().Cities.SelectMany(c => new[] { c.X, c.Y }), value =>
            Assert.InRange(Math.Round(Math.Abs(value - Math.Truncate(value)) * 100), 0, 59));
    }

    [Fact]
    public void Names_stand_at_their_cities()
    {
        var instance = UsCapitals.Load();
        var city = instance.Labels!.Select((label, i) => (label, instance.Cities[i])).ToDictionary(p => p.label, p => p.Item2);
        Assert.Equal(new City(39.44, -104.59), city["Denver"]);
        Assert.Equal("Olympia", instance.Labels![Enumerable.Range(0, 48).MaxBy(i => instance.Cities[i].X)]);
        Assert.Equal("Augusta", instance.Labels![Enumerable.Range(0, 48).MaxBy(i => instance.Cities[i].Y)]);
        Assert.Equal("Austin", instance.Labels![Enumerable.Range(0, 48).MinBy(i => instance.Cities[i].X)]);
        Assert.Equal("Salem", instance.Labels![Enumerable.Range(0, 48).MinBy(i => instance.Cities[i].Y)]);
    }

    [Fact]
    public void A_known_name_with_other_cities_has_no_known_optimum()
    {
        Assert.Null(KnownOptima.Find(new TspInstance("berlin52", EdgeWeightType.Euc2D, Instances.Uniform(51, 1).Cities)));
        Assert.Null(KnownOptima.Find(new TspInstance(UsCapitals.Name, EdgeWeightType.Geo, Instances.Uniform(48, 1, EdgeWeightType.Geo).Cities)));
    }

    [Fact, Trait("Category", "Needs"), Trait("Needs", "glpk"), Trait("Needs", "python3")]
    public async Task The_solver_proves_the_kept_optimum()
    {
        Assert.SkipUnless(await Tool.WorksAsync("glpsol", "--version"), "glpsol (GLPK) is not installed");
        Assert.SkipUnless(await Tool.WorksAsync("python3", "--version"), "python3 is not installed");
        var genetic = Path.Combine(Tool.Root, "samples", "Genetic");
        var proof = await Tool.RunAsync("python3", [Path.Combine(genetic, "proof", "prove.py"), Path.Combine(genetic, "data", "us-capitals48.tsp")]);
        Assert.True(proof.ExitCode == 0, proof.Error);
        Assert.Contains($"optimum: {UsCapitals.Optimum().Length}\n", Encoding.UTF8.GetString(proof.Output), StringComparison.Ordinal);
    }
}
