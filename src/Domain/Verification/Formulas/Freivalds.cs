using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Verification.Formulas;

/// <summary>
/// Whether C = A·B, in O(c n²) where the product takes O(n³) (Freivalds 1977): A·(B·r) and C·r are compared for c random vectors r of zeros
/// and ones. Exact, in integers modulo 2⁶⁴; so a wrong C passes with a chance of at most 2^-c: where C is wrong in a place of a row,
/// flipping that place's r changes the sum of the row.
/// </summary>
public static class Freivalds
{
    /// <summary>Right products always pass.</summary>
    /// <param name="a">Row after row, as all three.</param>
    /// <param name="n">Rows and columns, from 1.</param>
    /// <param name="rounds">c, from 1.</param>
    /// <param name="seed">Of the vectors: nobody who computes C may know it before C is given.</param>
    /// <exception cref="ArgumentException">A matrix has not n · n numbers.</exception>
    public static bool Holds(ReadOnlySpan<long> a, ReadOnlySpan<long> b, ReadOnlySpan<long> c, int n, int rounds, Hash256 seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        Check(a.Length, n, nameof(a));
        Check(b.Length, n, nameof(b));
        Check(c.Length, n, nameof(c));
        var (r, br) = (new long[n], new long[n]);
        for (var round = 0; round < rounds; round++)
        {
            Fill(r, seed, round);
            for (var i = 0; i < n; i++)
                br[i] = Sum(b.Slice(i * n, n), r);
            for (var i = 0; i < n; i++)
            {
                if (Sum(a.Slice(i * n, n), br) != Sum(c.Slice(i * n, n), r))
                    return false;
            }
        }
        return true;
    }

    private static long Sum(ReadOnlySpan<long> row, long[] by)
    {
        var sum = 0L;
        for (var i = 0; i < row.Length; i++)
            sum = unchecked(sum + (row[i] * by[i]));
        return sum;
    }

    /// <summary>Bits of SHA-256(seed ‖ round (u32) ‖ block (u32)), 256 a block, the lowest of each byte first.</summary>
    private static void Fill(long[] r, Hash256 seed, int round)
    {
        Span<byte> data = stackalloc byte[Hash256.Size + 8];
        Span<byte> bits = stackalloc byte[Hash256.Size];
        seed.CopyTo(data);
        BinaryPrimitives.WriteInt32BigEndian(data[Hash256.Size..], round);
        for (var i = 0; i < r.Length; i++)
        {
            if (i % 256 == 0)
            {
                BinaryPrimitives.WriteInt32BigEndian(data[(Hash256.Size + 4)..], i / 256);
                Hash256.Of(data).CopyTo(bits);
            }
            r[i] = (bits[i % 256 / 8] >> (i % 8)) & 1;
        }
    }

    private static void Check(int length, int n, string name)
    {
        if (length != (long)n * n)
            throw new ArgumentException($"{name}: {length} numbers, but {n} rows of {n} are {(long)n * n}.", name);
    }
}
