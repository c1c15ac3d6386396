using System.Text;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>How numbers are read from outputs, and which are near.</summary>
public sealed class NumbersTests
{
    [Fact]
    public void Doubles_and_singles_are_read_as_they_stand()
    {
        byte[] doubles = [.. BitConverter.GetBytes(1.5), .. BitConverter.GetBytes(-0.0), .. BitConverter.GetBytes(double.NaN)];
        Assert.Equal([1.5, -0.0, double.NaN], Numbers.Read(NumberForm.F64, doubles)!.Values);
        Assert.Equal([0.25, 3], Numbers.Read(NumberForm.F32, (byte[])[.. BitConverter.GetBytes(0.25f), .. BitConverter.GetBytes(3f)])!.Values);
        Assert.Null(Numbers.Read(NumberForm.F64, doubles.AsSpan(1)));
        Assert.Null(Numbers.Read(NumberForm.F32, doubles.AsSpan(1)));
        Assert.NotEqual(Numbers.Read(NumberForm.F64, doubles)!.Shape, Numbers.Read(NumberForm.F64, doubles.AsSpan(8))!.Shape);
        Assert.NotEqual(Numbers.Read(NumberForm.F64, [])!.Shape, Numbers.Read(NumberForm.F32, [])!.Shape);
    }

    [Theory]
    [InlineData("""{"a": [1, 2.5], "b": "x"}""", """{ "a":[1.0,25e-1],\t"b":"\u0078" }""", true)]
    [InlineData("""{"a": 1}""", """{"b": 1}""", false)]
    [InlineData("""{"a": 1, "b": 2}""", """{"b": 2, "a": 1}""", false)]
    [InlineData("""["a", "b"]""", """["a\n8\"b"]""", false)]
    [InlineData("[1]", "[1, 1]", false)]
    [InlineData("[null]", "[false]", false)]
    [InlineData("[[1], 2]", "[[1, 2]]", false)]
    public void Json_has_one_shape_where_all_but_its_numbers_is_the_same(string one, string other, bool same)
    {
        var (first, second) = (Read(one), Read(other.Replace("\\t", "\t", StringComparison.Ordinal)));
        Assert.Equal(same, first!.Shape == second!.Shape);
        if (same)
            Assert.Equal(first.Values, second.Values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1")]
    [InlineData("[1] 2")]
    [InlineData("nan")]
    [InlineData("\"\\ud800\"")]
    public void What_is_no_json_is_not_read(string text) => Assert.Null(Read(text));

    [Fact]
    public void Json_that_is_too_deep_is_not_read() => Assert.Null(Read(new string('[', 5_000) + new string(']', 5_000)));

    [Theory]
    [InlineData(0.1, 0, 1, 1.1, false)] // 1.1 - 1 is a little more than 0.1
    [InlineData(0.125, 0, 1, 1.125, true)]
    [InlineData(0.125, 0, 1, 1.126, false)]
    [InlineData(0, 0.25, 4, 3, true)]
    [InlineData(0, 0.25, -4, -2.9, false)]
    [InlineData(0, 0.5, 1, -1, false)]
    [InlineData(9, 0.9, double.NaN, double.NaN, true)]
    [InlineData(9, 0.9, double.NaN, 1, false)]
    [InlineData(9, 0.9, double.PositiveInfinity, double.PositiveInfinity, true)]
    [InlineData(9, 0.9, double.PositiveInfinity, double.MaxValue, false)]
    [InlineData(9, 0.9, double.PositiveInfinity, double.NegativeInfinity, false)]
    [InlineData(0, 0.000001, 0.0, -0.0, true)]
    public void Numbers_are_near_within_the_tolerance(double absolute, double relative, double x, double y, bool near)
    {
        var tolerance = new Tolerance(absolute, relative);
        Assert.Equal((near, near), (tolerance.IsNear(x, y), tolerance.IsNear(y, x)));
    }

    private static Numbers? Read(string text) => Numbers.Read(NumberForm.Json, Encoding.UTF8.GetBytes(text));
}
