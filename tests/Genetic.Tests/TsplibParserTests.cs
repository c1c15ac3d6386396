using System.Text;
using AkkaCompute.Genetic.Tsplib;

namespace AkkaCompute.Genetic.Tests;

public sealed class TsplibParserTests
{
    private const string Head = "NAME: x\nTYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\n";
    private const string Table = "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: ";
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
        { "EDGE_WEIGHT_TYPE: EUC_3D\n", 1, "EDGE_WEIGHT_TYPE", "'EUC_3D' is not one of EUC_2D, CEIL_2D, ATT, GEO, EXPLICIT" },
        { "EDGE_WEIGHT_FORMAT: WEIGHT_LIST\n", 1, "EDGE_WEIGHT_FORMAT", "'WEIGHT_LIST' is not FUNCTION or FULL_MATRIX" },
        { "DIMENSION: 535\nEDGE_WEIGHT_TYPE: EXPLICIT\n", 2, "DIMENSION", "535 cities, which is over the limit of 200 for EXPLICIT" },
        { "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_SECTION\n", 4, "EDGE_WEIGHT_FORMAT", "missing" },
        { "TYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: FUNCTION\nEDGE_WEIGHT_SECTION\n", 5, "EDGE_WEIGHT_FORMAT", "FUNCTION goes with coordinates" },
        { Head + "EDGE_WEIGHT_SECTION\n", 5, "EDGE_WEIGHT_SECTION", "goes with EDGE_WEIGHT_TYPE EXPLICIT" },
        { Table + "UPPER_ROW\nNODE_COORD_SECTION\n1 0 0\n2 3 4\n3 6 0\nEOF\n", 9, "EDGE_WEIGHT_SECTION", "missing" },
        { Table + "UPPER_ROW\nEDGE_WEIGHT_SECTION\n5 6\nEOF\n", 7, "EDGE_WEIGHT_SECTION", "only 2 numbers of 3 cities" },
        { Table + "UPPER_ROW\nEDGE_WEIGHT_SECTION\n5 6\n5 7\n", 7, "EDGE_WEIGHT_SECTION", "more than the 3 numbers of 3 cities" },
        { Table + "UPPER_ROW\nEDGE_WEIGHT_SECTION\n5 6.5\n", 6, "EDGE_WEIGHT_SECTION", "'6.5' is not a whole number" },
        { Table + "UPPER_ROW\nEDGE_WEIGHT_SECTION\n5 65536\n", 6, "EDGE_WEIGHT_SECTION", "65536 is not within 0 .. 65535" },
        { Table + "FULL_MATRIX\nEDGE_WEIGHT_SECTION\n0 5 6\n4 0 5\n6 5 0\n", 7, "EDGE_WEIGHT_SECTION", "4 from the 2. city to the 1., but 5 back: an asymmetric problem" },
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
        { Head + "NODE_COORD_SECTION\n0 0 0\n3 0 0\n", 7, "node number", "'3' is not within 0 .. 2" },
        { Head + "NODE_COORD_SECTION\n3 0 0\n0 0 0\n", 7, "node number", "'0' is not within 1 .. 3" },
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
        { "COMMENT: " + new string('x', 32_768) + "\n", 1, "line", "limit of 32768" },
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
        Assert.Contains("8388609 bytes, which is over the limit of 8388608", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var error = Assert.Throws<TsplibException>(() => TsplibParser.Parse([.. "NAME: x"u8, 0, 1]));
        Assert.Contains("byte 7 is 0", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<TsplibException>(() => TsplibParser.Parse([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Head + Nodes)]));
        Assert.Contains("UTF-16: save it as UTF-8", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Each is one instance as people have it.</summary>
    public static TheoryData<string> Found => new()
    {
        "\uFEFF" + Head + Nodes + "EOF\n",
        Head.Replace("TYPE: TSP", "TYPE : TSP (M.~Hofmeister)", StringComparison.Ordinal) + Nodes + "EOF\n",
        Head + Nodes + "EOF :\n",
        Head + Nodes + "EOF:\nmore\n",
        (Head + Nodes + "EOF\n").ToLowerInvariant(),
        Head + "NODE_COORD_SECTION\n0 0 0\n1 3 4\n2 6 0\nEOF\n",
        Head + "DISPLAY_DATA_TYPE: TWOD_DISPLAY\n" + Nodes + "DISPLAY_DATA_SECTION\n1 9 9\n2 8 8\n3 7 7\nEOF\n",
        Head.Replace("DIMENSION: 3", "DIMENSION: 3 cities", StringComparison.Ordinal) + Nodes,
    };

    [Theory, MemberData(nameof(Found))]
    public void A_file_as_people_have_it_is_read(string text)
    {
        var instance = TsplibParser.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal("x", instance.Name);
        Assert.Equal([new City(0, 0), new City(3, 4), new City(6, 0)], instance.Cities);
        Assert.Equal(16, instance.TourLength([0, 1, 2]));
    }

    [Fact]
    public void A_comment_in_Latin_1_and_one_in_UTF_8_are_text()
    {
        foreach (var encoding in new[] { Encoding.Latin1, Encoding.UTF8 })
        {
            var instance = TsplibParser.Parse(encoding.GetBytes("NAME: Städte\nCOMMENT: (Grötschel)\nTYPE: TSP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EUC_2D\n" + Nodes));
            Assert.Equal("Städte", instance.Name);
        }
    }

    /// <summary>Four cities: 1-2 12, 1-3 13, 1-4 14, 2-3 23, 2-4 24, 3-4 34.</summary>
    [Theory]
    [InlineData("FULL_MATRIX", "0 12 13 14\n12 0 23 24\n13 23 0 34\n14 24 34 0")]
    [InlineData("full_matrix", "9999 12 13 14 12 9999 23 24 13 23 9999 34 14 24 34 9999")]
    [InlineData("UPPER_ROW", "12 13 14\n23 24\n34")]
    [InlineData("LOWER_COL", "12 13 14 23 24\n34")]
    [InlineData("LOWER_ROW", "12\n13 23\n14 24 34")]
    [InlineData("UPPER_COL", "12 13\n23 14 24\n\n34")]
    [InlineData("UPPER_DIAG_ROW", "0 12 13 14\n0 23 24\n0 34\n0")]
    [InlineData("LOWER_DIAG_COL", "0 12 13 14\n0 23 24\n0 34\n0")]
    [InlineData("LOWER_DIAG_ROW", "0\n12 0\n13 23 0\n14 24 34 0")]
    [InlineData("UPPER_DIAG_COL", "0\n12 0\n13 23 0\n14 24 34 0")]
    public void A_table_is_read_in_every_format_and_an_island_gets_it(string format, string numbers)
    {
        var text = $"TYPE: TSP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: {format}\nDISPLAY_DATA_TYPE: TWOD_DISPLAY\nEDGE_WEIGHT_SECTION\n{numbers}\n";
        var instance = TsplibParser.Parse(text + "DISPLAY_DATA_SECTION\n1 5 6\n2 7 8\n3 9 10\n4 11 12\nEOF\n");
        Assert.Equal([12, 13, 14, 23, 24, 34], [instance.Distance(0, 1), instance.Distance(2, 0), instance.Distance(0, 3), instance.Distance(1, 2), instance.Distance(3, 1), instance.Distance(2, 3)]);
        Assert.Equal(new City(11, 12), instance.Cities[3]);
        Assert.Equal(0, instance.Distance(2, 2));
        Assert.Equal(4, TsplibParser.Parse(text).Cities.Distinct().Count()); // around a circle, where the file does not say

        var input = GeneticCodec.EncodeInput(instance, new IslandInput(1, 1, 2, 1, 1, []));
        Assert.Equal(4, input[6]); // a table
        Assert.Equal([12, 0, 13, 0, 23, 0, 14, 0, 24, 0, 34, 0], input[32..]);
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
