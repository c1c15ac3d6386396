using System.Numerics;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Draw;

/// <summary>The trie by itself, on positions that no beacon would give.</summary>
public sealed class PositionIndexTests
{
    private static readonly Gen<Hash256> _any = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    // Long common prefixes and neighbours that differ in the last bits only: below the table, and deep.
    private static readonly Gen<Hash256> _alike = Gen.Select(Gen.Int[0, 2], Gen.Byte[0, 31], Gen.Byte).Select((first, at, last) =>
    {
        var bytes = new byte[32];
        bytes[0] = (byte)(first << 6);
        bytes[at] ^= last;
        return new Hash256(bytes);
    });

    [Fact]
    public void Finds_the_same_as_looking_at_all() => Gen.Select(
            Gen.OneOf(_any, _alike).Array[0, 300], Gen.OneOf(_any, _alike), Gen.Int[0, 40], Gen.Int[-1, 40], Gen.Int[0, 3])
        .Sample((drawn, target, k, skip, every) =>
        {
            Hash256[] positions = [.. drawn.Distinct().Order()];
            int[]? rows = every == 0 ? null : [.. Enumerable.Range(0, positions.Length).Where(row => row % every == 0)];
            var index = new PositionIndex(positions, rows);
            var found = new int[k];
            var count = index.Nearest(target, found, skip, out _);

            var expected = (rows ?? Enumerable.Range(0, positions.Length)).Where(row => row != skip)
                .OrderBy(row => positions[row].Xor(target)).Take(k).ToArray();
            Assert.Equal(expected, found[..count]);
        }, iter: 2_000);

    [Fact]
    public void Finds_each_position_and_no_other() => Gen.Select(Gen.OneOf(_any, _alike).Array[0, 200], Gen.OneOf(_any, _alike))
        .Sample((drawn, other) =>
        {
            Hash256[] positions = [.. drawn.Distinct().Order()];
            var index = new PositionIndex(positions, null);
            Assert.Equal(Enumerable.Range(0, positions.Length), positions.Select(index.Find));
            Assert.Equal(Array.IndexOf(positions, other), index.Find(other));
        });

    [Theory]
    [InlineData(1_000, 1), InlineData(100_000, 1), InlineData(100_000, 10), InlineData(100_000, 100)]
    public void Looks_at_no_more_than_the_logarithm_and_a_multiple_of_k(int size, int every)
    {
        Hash256[] positions = [.. Enumerable.Range(0, size).Select(Some.Hash).Order()];
        int[]? rows = every == 1 ? null : [.. Enumerable.Range(0, size).Where(row => row % every == 0)];
        var index = new PositionIndex(positions, rows);
        foreach (var k in (int[])[1, 3, 7, 21, 64])
        {
            var found = new int[k];
            var worst = 0;
            for (var i = 0; i < 500; i++)
            {
                Assert.Equal(k, index.Nearest(Some.Hash(-i), found, -1, out var visits));
                worst = Math.Max(worst, visits);
            }
            // Down to a leaf of at most 8, then leaves that are at least a quarter full on average.
            Assert.InRange(worst, k, 2 * BitOperations.Log2((uint)index.Count) + 5 * k + 32);
        }
    }

    [Fact]
    public void Stays_logarithmic_where_all_positions_share_a_long_prefix()
    {
        const int Size = 50_000;
        Hash256[] positions = [.. Enumerable.Range(0, Size).Select(number =>
        {
            var bytes = new byte[32];
            Some.Hash(number).ToBytes().AsSpan(0, 8).CopyTo(bytes.AsSpan(24));
            return new Hash256(bytes);
        }).Order()];
        var found = new int[7];
        Assert.Equal(7, new PositionIndex(positions, null).Nearest(positions[17], found, -1, out var visits));
        Assert.Equal(17, found[0]);
        Assert.InRange(visits, 1, 256 * (BitOperations.Log2(Size) + 2)); // of 50,000
    }
}
