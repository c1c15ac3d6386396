using AkkaCompute.Domain.Verification.Formulas;


namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>A worked sample: products that anybody computed, checked in a fraction of the time.</summary>
public sealed class FreivaldsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(300)] // more than one block of bits
    public void A_right_product_always_passes_and_a_wrong_one_hardly_ever(int n)
    {
        var random = new Random(n);
        var (a, b) = (Matrix(random, n), Matrix(random, n));
        var c = Product(a, b, n);
        for (var seed = 0; seed < 5; seed++)
            Assert.True(Freivalds.Holds(a, b, c, n, 20, Some.Hash(seed)));
        c[random.Next(c.Length)]++;
        Assert.False(Freivalds.Holds(a, b, c, n, 40, Some.Hash(1)));
    }

    /// <summary>One wrong number: half of the vectors show it, so one round in two is passed, and 2^-c of c.</summary>
    [Fact]
    public void A_wrong_product_passes_no_more_often_than_is_said()
    {
        const int N = 5, Tries = 4_000;
        var random = new Random(1);
        var (a, b) = (Matrix(random, N), Matrix(random, N));
        foreach (var rounds in new[] { 1, 3, 6 })
        {
            var passed = 0;
            for (var seed = 0; seed < Tries; seed++)
            {
                var c = Product(a, b, N);
                c[random.Next(c.Length)] += 1 + random.Next(9);
                passed += Freivalds.Holds(a, b, c, N, rounds, Some.Hash(seed)) ? 1 : 0;
            }
            var expected = Tries * Math.Pow(2, -rounds);
            Assert.InRange(passed, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    /// <summary>Sums that wrap: a lie of 2⁶³ is as wrong as any.</summary>
    [Fact]
    public void It_is_exact_where_numbers_wrap()
    {
        long[] a = [long.MaxValue, 3, -1, long.MinValue], b = [2, long.MaxValue, long.MinValue, 5];
        var c = Product(a, b, 2);
        Assert.True(Freivalds.Holds(a, b, c, 2, 30, default));
        c[3] ^= long.MinValue;
        Assert.False(Freivalds.Holds(a, b, c, 2, 30, default));
    }

    [Fact]
    public void What_is_no_matrix_is_named()
    {
        Assert.Contains("c: 3 numbers, but 2 rows of 2 are 4.", Assert.Throws<ArgumentException>(() => Freivalds.Holds(new long[4], new long[4], new long[3], 2, 1, default)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Freivalds.Holds([], [], [], 0, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Freivalds.Holds(new long[1], new long[1], new long[1], 1, 0, default));
    }

    private static long[] Matrix(Random random, int n) => [.. Enumerable.Range(0, n * n).Select(_ => random.NextInt64(-1_000, 1_000))];

    private static long[] Product(long[] a, long[] b, int n)
    {
        var c = new long[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                for (var j = 0; j < n; j++)
                    c[(i * n) + j] = unchecked(c[(i * n) + j] + (a[(i * n) + k] * b[(k * n) + j]));
            }
        }
        return c;
    }
}
