namespace AkkaCompute.Tests.Layering;

/// <summary>The test of floors sees a circle where there is one.</summary>
public sealed class RoomGraphTests
{
    [Fact]
    public void Prints_a_circle_with_the_types_that_make_it()
    {
        var rooms = Rooms(("Low", "A", "High", "B"), ("High", "B", "Middle", "C"), ("Middle", "C", "Low", "A"), ("High", "B", "Low", "A"));

        Assert.Equal(["High", "Low", "Middle"], rooms.InCircles());
        Assert.Contains("  High -> Low: High.B uses Low.A\n  Low -> High: Low.A uses High.B", rooms.Circles());
    }

    [Fact]
    public void Finds_none_where_all_know_only_what_is_below() =>
        Assert.Empty(Rooms(("High", "B", "Low", "A"), ("High", "B", "Middle", "C"), ("Middle", "C", "Low", "A")).InCircles());

    [Fact]
    public void Sees_what_only_the_body_of_a_method_uses()
    {
        var uses = AssemblyUses.Of(typeof(RoomGraphTests).Assembly.Location);

        Assert.Contains(uses, use => use.From.Name == nameof(Probe) && use.To.Name == nameof(System.Text.StringBuilder)); // called
        Assert.Contains(uses, use => use.From.Name == nameof(Probe) && use.To.Name == nameof(Version));                   // in a generic argument
        Assert.Contains(uses, use => use.From.Name == nameof(Probe) && use.To.Name == nameof(FormatException));           // caught
    }

    private static RoomGraph Rooms(params (string From, string Type, string To, string OtherType)[] uses) => new(
        uses.Select(use => new Use(new TypeName("X", use.From, use.Type), new TypeName("X", use.To, use.OtherType))), type => type.Namespace);
}

/// <summary>Names three types, each in a way of its own, and none of them in a signature.</summary>
internal static class Probe
{
    public static int Run(int number)
    {
        try
        {
            return number switch
            {
                0 => new System.Text.StringBuilder().Length,
                1 => Array.Empty<Version>().Length,
                _ => int.Parse("?"),
            };
        }
        catch (FormatException)
        {
            return -1;
        }
    }
}
