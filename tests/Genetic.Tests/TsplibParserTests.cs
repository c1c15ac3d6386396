using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

public sealed class TsplibParserTests
{
    private const string Head = "NAME: x\nTYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\n";
    private const string Nodes = "NODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 0\n";

    public static TheoryData<string, int, string, string> Broken => new()
    {
        { "", 1, "NODE_COORD_SECTION", "missing" },
        { Head + "EOF\n", 5, "NODE_COORD_SECTION", "missing" },
        { Nodes, 1, "TYPE", "missing" },
        { "TYPE: TSP\nDIMENSION: 3\n" + Nodes, 3, "EDGE_WEIGHT_TYPE", "missing" },
        { "TYPE: TSP\nEDGE_WEIGHT_TYPE: ATT\n" + Nodes, 3, "DIMENSION", "missing" },
        { "TYPE: ATSP\n", 1, "TYPE", "'ATSP' is not TSP" },
        { "TYPE: TSP\nTYPE: TSP\n", 2, "TYPE", "given twice" },
        { "NAME:\n", 1, "NAME", "1 .. 100" },
        { "DIMENSION: 2\n", 1, "DIMENSION", "3 .. 1000" },
        { "DIMENSION: 1001\n", 1, "DIMENSION", "3 .. 1000" },
        { "DIMENSION: -5\n", 1, "DIMENSION", "3 .. 1000" },
        { "DIMENSION: 99999999999\n", 1, "DIMENSION", "3 .. 1000" },
        { "DIMENSION: many\n", 1, "DIMENSION", "'many'" },
        { "DIMENSION: 201\nEDGE_WEIGHT_TYPE: GEO\n", 2, "DIMENSION", "limit of 200 for GEO" },
        { "EDGE_WEIGHT_TYPE: GEO\nDIMENSION: 201\n", 2, "DIMENSION", "limit of 200 for GEO" },
        { "EDGE_WEIGHT_TYPE: EXPLICIT\n", 1, "EDGE_WEIGHT_TYPE", "'EXPLICIT' is not one of EUC_2D, CEIL_2D, ATT, GEO" },
        { "EDGE_WEIGHT_FORMAT: FULL_MATRIX\n", 1, "EDGE_WEIGHT_FORMAT", "'FULL_MATRIX' is not FUNCTION" },
        { "CAPACITY: 5\n", 1, "CAPACITY", "unknown keyword" },
        { "hello world\n", 1, "hello world", "unknown keyword" },
        { "NAME x\n", 1, "NAME x", "unknown keyword" },
        { "NAME\n", 1, "NAME", "no ':'" },
        { Head + Nodes + "TYPE: TSP\n", 9, "TYPE", "comes after NODE_COORD_SECTION" },
        { Head + Nodes + "FIXED_EDGES_SECTION\n1 2\n", 9, "FIXED_EDGES_SECTION", "unknown keyword" },
        { Head + Nodes + Nodes, 9, "NODE_COORD_SECTION", "given twice" },
        { Head + "NODE_COORD_SECTION\n1 0 0\n2 3 4\nEOF\n", 8, "NODE_COORD_SECTION", "node 3 of 3 is missing" },
        { Head + "NODE_COORD_SECTION\n1 0 0\n2 3\n", 7, "NODE_COORD_SECTION", "2 columns, not 3" },
        { Head + "NODE_COORD_SECTION\n1 0 0 7\n", 6, "NODE_COORD_SECTION", "4 columns, not 3" },
        { Head + "NODE_COORD_SECTION\n0 0 0\n", 6, "node number", "'0' is not within 1 .. 3" },
        { Head + "NODE_COORD_SECTION\n4 0 0\n", 6, "node number", "'4' is not within 1 .. 3" },
        { Head + "NODE_COORD_SECTION\n1.0 0 0\n", 6, "node number", "'1.0'" },
        { Head + "NODE_COORD_SECTION\n1 0 0\n1 1 1\n", 7, "node number", "1 is given twice" },
        { Head + "NODE_COORD_SECTION\n1 zero 0\n", 6, "x", "'zero' is not a number" },
        { Head + "NODE_COORD_SECTION\n1 0 NaN\n", 6, "y", "'NaN' is not a number" },
        { Head + "NODE_COORD_SECTION\n1 0 Infinity\n", 6, "y", "'Infinity'" },
        { Head + "NODE_COORD_SECTION\n1 1e8 0\n", 6, "x", "±10000000" },
        { Head + "NODE_COORD_SECTION\n1 1,5 0\n", 6, "x", "'1,5'" },
        { "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: GEO\nNODE_COORD_SECTION\n1 90.01 0\n", 5, "latitude", "±90" },
        { "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: GEO\nNODE_COORD_SECTION\n1 0 -180.01\n", 5, "longitude", "±180" },
        { "COMMENT: " + new string('x', 1000) + "\n", 1, "line", "limit of 1000" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_by_line_and_field(string text, int line, string field, string problem)
    {
        var error = Assert.Throws<TsplibException>(() => TsplibParser.Parse(text));
        Assert.Equal((line, field), (error.Line, error.Field));
        Assert.StartsWith($"line {line}: {field}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_over_the_limit_is_refused_before_it_is_read()
    {
        var error = Assert.Throws<TsplibException>(() => TsplibParser.Parse(new byte[TsplibParser.MaxBytes + 1]));
        Assert.Contains("131073 bytes, which is over the limit of 131072", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var error = Assert.Throws<TsplibException>(() => TsplibParser.Parse([.. "NAME: "u8, 0xff, 0xfe]));
        Assert.Contains("not UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NAME : x\r\nCOMMENT : a\r\nCOMMENT : b\r\nTYPE:TSP\r\nDIMENSION:3\r\nEDGE_WEIGHT_TYPE :EUC_2D\r\nEDGE_WEIGHT_FORMAT: FUNCTION \r\nDISPLAY_DATA_TYPE: COORD_DISPLAY\r\nNODE_COORD_SECTION\r\n 1 0.0 0\r\n\t2 3e0 +4.\r\n3  6 0\r\nEOF\r\n\r\n\r\n")]
    [InlineData("TYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 3\nNAME: x\nNODE_COORD_SECTION :\n3 6 0\n1 0 0\n2 3 4")]
    [InlineData("TYPE: TSP\nEDGE_WEIGHT_TYPE: EUC_2D\nDIMENSION: 3\nNAME: x\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 0\nEOF\nanything may follow\n")]
    public void Spacing_line_ends_and_order_are_free(string text)
    {
        var instance = TsplibParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal("x", instance.Name);
        Assert.Equal([new City(0, 0), new City(3, 4), new City(6, 0)], instance.Cities);
        Assert.Equal(16, instance.TourLength([0, 1, 2]));
    }

    [Theory]
    [InlineData(1000, EdgeWeightType.Euc2D, "EUC_2D")]
    [InlineData(200, EdgeWeightType.Geo, "GEO")]
    [InlineData(200, EdgeWeightType.Ceil2D, "CEIL_2D")]
    [InlineData(3, EdgeWeightType.Att, "ATT")]
    public void A_file_up_to_the_limits_comes_back_as_it_was(int cities, EdgeWeightType type, string name)
    {
        var instance = Instances.Uniform(cities, 7, type);
        var read = TsplibParser.Parse(Instances.ToTsplib(instance, name, "\r\n"));
        Assert.Equal((type, instance.Name), (read.Type, read.Name));
        Assert.Equal(instance.Cities, read.Cities);
    }
}
