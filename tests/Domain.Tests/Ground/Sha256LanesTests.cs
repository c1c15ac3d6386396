using System.Buffers.Binary;
using System.Security.Cryptography;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ground.Lanes;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Ground;

public sealed class Sha256LanesTests
{
    private const int Block = 64, Padding = 9;

    [Fact]
    public void Eight_lanes_hash_as_the_platform_does() => Hash<EightLanes>();

    [Fact]
    public void Four_lanes_hash_as_the_platform_does() => Hash<FourLanes>();

    [Fact]
    public void One_lane_hashes_as_the_platform_does() => Hash<OneLane>();

    /// <summary>A word of all blocks counts over the lanes: whatever it is, wherever it stands, and in messages of one to three blocks.</summary>
    private static void Hash<T>()
        where T : unmanaged, ILanes<T> =>
        Gen.Select(Gen.Byte.Array[4, (3 * Block) - Padding], Gen.Int[0, int.MaxValue]).Sample((message, place) =>
        {
            var counting = place % (message.Length / sizeof(uint));
            var padded = Padded(message);
            var state = new T[Sha256Lanes.StateWords];
            for (var word = 0; word < state.Length; word++)
                state[word] = T.Same(Sha256Lanes.Initial[word]);
            var block = new T[Sha256Lanes.BlockWords];
            for (var from = 0; from < padded.Length; from += Block)
            {
                var before = state.ToArray();
                for (var word = 0; word < block.Length; word++)
                {
                    var value = BinaryPrimitives.ReadUInt32BigEndian(padded.AsSpan(from + (word * sizeof(uint))));
                    block[word] = (from / sizeof(uint)) + word == counting ? T.Counting(value) : T.Same(value);
                }
                // In two parts, as a search does that goes through the first rounds once.
                var part = place % 9 * 8;
                Sha256Lanes.Compress<T>(state, block, to: part);
                Sha256Lanes.Compress<T>(state, block, from: part);
                for (var word = 0; word < state.Length; word++)
                    state[word] += before[word];
            }
            for (var lane = 0; lane < T.Count; lane++)
                Assert.Equal(SHA256.HashData(Counted(message, counting, lane)), Bytes(state, lane));
        }, iter: 1_000);

    [Fact]
    public void Lanes_compare_without_sign()
    {
        Compare<EightLanes>();
        Compare<FourLanes>();
        Compare<OneLane>();
    }

    private static void Compare<T>()
        where T : unmanaged, ILanes<T>
    {
        Assert.False(T.AnyAtMost(T.Same(0x80000001), 0x80000000));
        Assert.True(T.AnyAtMost(T.Same(0x80000000), 0x80000000));
        Assert.False(T.AnyAtMost(T.Same(uint.MaxValue), 1));
        Assert.True(T.AnyAtMost(T.Counting(7), 7));
        Assert.False(T.AnyAtMost(T.Counting(8), 7));
        Assert.Equal(T.Count > 1, T.AnyAtMost(T.Counting(uint.MaxValue), 0)); // the second lane has wrapped around
    }

    /// <summary>FIPS 180-4, 5.1.1.</summary>
    private static byte[] Padded(byte[] message)
    {
        var padded = new byte[(message.Length + Padding + Block - 1) / Block * Block];
        message.CopyTo(padded, 0);
        padded[message.Length] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(padded.AsSpan(padded.Length - sizeof(long)), 8L * message.Length);
        return padded;
    }

    private static byte[] Counted(byte[] message, int word, int lane)
    {
        var counted = message.ToArray();
        var place = counted.AsSpan(word * sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(place, unchecked(BinaryPrimitives.ReadUInt32BigEndian(place) + (uint)lane));
        return counted;
    }

    private static byte[] Bytes<T>(T[] state, int lane)
        where T : unmanaged, ILanes<T>
    {
        var bytes = new byte[Hash256.Size];
        for (var word = 0; word < state.Length; word++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(word * sizeof(uint)), state[word][lane]);
        return bytes;
    }
}
