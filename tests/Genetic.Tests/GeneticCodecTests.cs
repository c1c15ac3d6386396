using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

public sealed class GeneticCodecTests
{
    private static readonly TspInstance s_square = new("square", EdgeWeightType.Euc2D, [new(0, 0), new(0, 1), new(1, 1), new(1, 0)]);

    private static readonly byte[] s_output = Convert.FromHexString(
        "54534752" + "0100" + "0400" + "0200" + "0000" + "05000000" + "02000000"
        + "0400000000000000" + "0000010002000300" + "0400000000000000" + "0000010003000200");

    [Fact]
    public void Inputs_are_these_bytes_for_ever()
    {
        var tour = new Tour(4, [0, 1, 2, 3]);
        var bytes = GeneticCodec.EncodeInput(s_square, new IslandInput(0x0102030405060708, 1000, 30, 20, 10, [tour]));
        Assert.Equal(
            "5453474101000100" + "0807060504030201" + "e8030000" + "0400" + "1e00" + "1400" + "0a00" + "0100" + "0000"
            + new string('0', 32)
            + new string('0', 16) + "000000000000f03f" + "000000000000f03f000000000000f03f" + "000000000000f03f" + new string('0', 16)
            + "0000010002000300",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Geo_is_sent_as_a_table_of_integers()
    {
        var instance = new TspInstance("geo", EdgeWeightType.Geo, [new(0, 0), new(0, 1), new(0, 2)]);
        var bytes = GeneticCodec.EncodeInput(instance, new IslandInput(1, 1, 2, 1, 1, []));
        Assert.Equal("7000" + "df00" + "7000", Convert.ToHexStringLower(bytes[32..]));
    }

    [Theory]
    [InlineData(1000, EdgeWeightType.Euc2D, 16)]
    [InlineData(200, EdgeWeightType.Geo, 23)]
    [InlineData(48, EdgeWeightType.Geo, 64)]
    public void The_largest_instances_leave_room_for_tours(int cities, EdgeWeightType type, int tours)
    {
        var instance = Instances.Uniform(cities, 3, type);
        Assert.Equal(tours, GeneticCodec.MaxImmigrants(instance));
        IslandInput Input(int count) => new(1, 1, 64, 64, 1, [.. Enumerable.Range(0, count).Select(i => Instances.RandomTour(instance, i))]);
        Assert.InRange(GeneticCodec.EncodeInput(instance, Input(tours)).Length, 1, GeneticCodec.MaxInputBytes);
        var error = Assert.Throws<ArgumentException>(() => GeneticCodec.EncodeInput(instance, Input(tours + 1)));
        Assert.Contains($"limit of {tours}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_is_read_as_it_was_written()
    {
        // The two tours tie at first sight only: the second crosses itself, and 2 times the square root of 2 rounds to 2.
        var output = GeneticCodec.DecodeOutput(s_square, 2, s_output);
        Assert.Equal((5, 2), (output.Generations, output.Restarts));
        Assert.Equal([[0, 1, 2, 3], [0, 1, 3, 2]], output.Tours.Select(t => t.Cities));
        Assert.All(output.Tours, t => Assert.Equal(4, t.Length));
    }

    public static TheoryData<string, int, string, string> Lies => new()
    {
        { "magic", 0, "55", "does not start with TSGR" },
        { "version", 4, "02", "version 2, not 1" },
        { "cities", 6, "05", "5 cities, not 4" },
        { "no tours", 8, "00", "0 tours, which is not within 1 .. 2" },
        { "too many tours", 8, "03", "3 tours, which is not within 1 .. 2" },
        { "fewer tours than bytes", 8, "01", "52 bytes, not the 36 of 1 tours" },
        { "reserved", 10, "01", "the reserved field is 1" },
        { "a city twice", 30, "00", "tour 0: the tour is no permutation: place 1 holds city 0" },
        { "a city that is not there", 34, "09", "tour 0: the tour is no permutation: place 3 holds city 9" },
        { "shorter than it is", 20, "03", "tour 0 says that it is 3 long, but it is 4" },
        { "a length beyond long", 27, "80", "tour 0 says that it is" },
        { "not canonical", 28, "0000030002000100", "tour 0 is not in canonical order" },
        { "does not start at 0", 28, "0100020003000000", "tour 0 is not in canonical order" },
        { "the same twice", 44, "0000010002000300", "tour 1 is not behind the one before it" },
    };

    [Theory, MemberData(nameof(Lies))]
    public void An_output_that_no_island_gives_is_refused(string what, int at, string bytes, string problem)
    {
        var output = s_output.ToArray();
        Convert.FromHexString(bytes).CopyTo(output, at);
        var error = Assert.Throws<FormatException>(() => GeneticCodec.DecodeOutput(s_square, 2, output));
        Assert.True(error.Message.Contains(problem, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    [Fact]
    public void No_cut_off_output_is_read()
    {
        for (var size = 0; size < s_output.Length; size++)
            Assert.Throws<FormatException>(() => GeneticCodec.DecodeOutput(s_square, 2, s_output.AsSpan(0, size)));
    }
}
