using System.Xml.Linq;
using AkkaCompute.Genetic.Drawing;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

public sealed class TourSvgTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void The_capitals_are_all_drawn_and_named_within_the_page()
    {
        var instance = UsCapitals.Load();
        var svg = XDocument.Parse(TourSvg.Draw(instance, UsCapitals.Optimum(), "the optimum")).Root!;
        Assert.Equal(48, svg.Descendants(s_svg + "circle").Count());
        double width = (double)svg.Attribute("width")!, height = (double)svg.Attribute("height")!;
        Assert.All(svg.Descendants(s_svg + "circle"), c =>
        {
            Assert.InRange((double)c.Attribute("cx")!, 1, width - 1);
            Assert.InRange((double)c.Attribute("cy")!, 1, height - 1);
        });
        var texts = svg.Descendants(s_svg + "text").ToArray();
        Assert.Superset(instance.Labels!.ToHashSet(), texts.Select(t => t.Value).ToHashSet());
        Assert.Contains("48 cities · length 17,132 km · the optimum", texts.Select(t => t.Value));
        Assert.Equal(48, svg.Descendants(s_svg + "path").Single().Attribute("d")!.Value.Count(c => c is 'M' or 'L'));
    }

    [Fact]
    public void North_is_up()
    {
        var instance = UsCapitals.Load();
        var dots = XDocument.Parse(TourSvg.Draw(instance, UsCapitals.Optimum())).Descendants(s_svg + "circle")
            .Select(c => ((double)c.Attribute("cx")!, (double)c.Attribute("cy")!)).ToArray();
        var (austin, olympia) = (dots[instance.Labels!.ToList().IndexOf("Austin")], dots[instance.Labels!.ToList().IndexOf("Olympia")]);
        Assert.True(olympia.Item2 < austin.Item2 && olympia.Item1 < austin.Item1);
    }

    [Theory]
    [InlineData("<b>&\"'\u0000\u001b\uffff\ud800</b>")]
    [InlineData("]]><script>")]
    public void Any_name_gives_a_well_formed_document(string name)
    {
        var instance = new TspInstance(name, EdgeWeightType.Euc2D, Instances.Uniform(5, 1).Cities, [name, "a", "b", "c", "d"]);
        var svg = XDocument.Parse(TourSvg.Draw(instance, Instances.RandomTour(instance, 1), name));
        Assert.Empty(svg.Descendants(s_svg + "script"));
        Assert.Empty(svg.Descendants(s_svg + "b"));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(1e7, 1e-7, 0)]
    public void Cities_on_one_spot_or_line_can_be_drawn(double dx, double dy, int seed)
    {
        var instance = new TspInstance("line", EdgeWeightType.Ceil2D, [.. Enumerable.Range(0, 4).Select(i => new City(i * dx / 4, i * dy / 4))]);
        var text = TourSvg.Draw(instance, Instances.RandomTour(instance, seed));
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.InRange((double)XDocument.Parse(text).Root!.Attribute("height")!, 100, 2000);
    }

    [Fact]
    public void A_tour_that_is_not_as_long_as_it_says_is_not_drawn()
    {
        var instance = UsCapitals.Load();
        Assert.Throws<ArgumentException>(() => TourSvg.Draw(instance, UsCapitals.Optimum() with { Length = 1 }));
    }
}
