using System.Runtime.CompilerServices;

namespace AkkaCompute.Domain.Ground.Lanes;

/// <summary>
/// SHA-256's compression (FIPS 180-4, 6.2.2) of as many blocks at once as there are lanes, for short inputs of one form, many of them. A
/// call to <see cref="System.Security.Cryptography.SHA256"/> costs about a microsecond on many machines, most of it not hashing.
/// </summary>
/// <remarks>
/// What is called in a loop is <see cref="MethodImplOptions.AggressiveOptimization"/>: else the runtime makes its good code only when a
/// process has settled, and a first declaration is made when it has just begun. The loop is not unrolled: what a method may have inlined
/// is bounded, and a call that is not is one of the slow kind.
/// </remarks>
internal static class Sha256Lanes
{
    /// <summary>Words of a block.</summary>
    public const int BlockWords = 16;

    /// <summary>Words of a state, and of a hash.</summary>
    public const int StateWords = 8;

    private const int Rounds = 64;

    // FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>The state before the first block (5.3.3): square roots, of the first eight primes.</summary>
    public static ReadOnlySpan<uint> Initial =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Goes through the rounds from one to another.</summary>
    /// <param name="state">Eight words: before the first of these rounds, and then after the last.</param>
    /// <param name="block">Sixteen words: the block, and then the last of the schedule.</param>
    /// <param name="from">0 to 64. After the first 16, the block is what the rounds before have left there.</param>
    /// <param name="to">Up to 64: the first that is not gone through.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress<T>(Span<T> state, Span<T> block, int from = 0, int to = Rounds)
        where T : unmanaged, ILanes<T>
    {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var round = from; round < to; round++)
        {
            var word = block[round % BlockWords];
            if (round >= BlockWords)
            {
                var (x, y) = (block[(round + 1) % BlockWords], block[(round + 14) % BlockWords]);
                word += block[(round + 9) % BlockWords]
                    + (T.Rotate(x, 7) ^ T.Rotate(x, 18) ^ T.Shift(x, 3))
                    + (T.Rotate(y, 17) ^ T.Rotate(y, 19) ^ T.Shift(y, 10));
                block[round % BlockWords] = word;
            }
            var first = h + (T.Rotate(e, 6) ^ T.Rotate(e, 11) ^ T.Rotate(e, 25)) + (g ^ (e & (f ^ g))) + word + T.Same(Constants[round]);
            var second = (T.Rotate(a, 2) ^ T.Rotate(a, 13) ^ T.Rotate(a, 22)) + ((a & b) | (c & (a | b)));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }
        (state[0], state[1], state[2], state[3]) = (a, b, c, d);
        (state[4], state[5], state[6], state[7]) = (e, f, g, h);
    }
}
