using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// The first words of SHA-256(challenge ‖ nonce) for eight nonces at once (FIPS 180-4; the 40 bytes are one block). A call to
/// <see cref="System.Security.Cryptography.SHA256"/> costs about a microsecond on many machines, most of it not hashing. Eight lanes of
/// plain vector code take a seventh of that, need no native library, and give the same words where no vector unit is.
/// </summary>
internal readonly ref struct NonceSearch
{
    /// <summary>Nonces that one call looks at.</summary>
    public const int Lanes = 8;

    private const int Rounds = 64;
    private const int BlockWords = 16;
    private const int ChallengeWords = Hash256.Size / sizeof(uint);
    private const uint MessageBits = (Hash256.Size + sizeof(long)) * 8;

    // FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static readonly uint[] _constants =
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

    // 5.3.3: those of the square roots of the first eight primes.
    private static readonly uint[] _initial =
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private readonly Challenge _challenge;

    public NonceSearch(Hash256 challenge)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        challenge.CopyTo(bytes);
        for (var word = 0; word < ChallengeWords; word++)
            _challenge[word] = BinaryPrimitives.ReadUInt32BigEndian(bytes[(word * sizeof(uint))..]);
    }

    /// <summary>The first word of the hash of each nonce from <paramref name="start"/> on.</summary>
    /// <param name="start">A multiple of <see cref="Lanes"/>, so that all of them share their upper word.</param>
    public Vector256<uint> FirstWords(long start)
    {
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[BlockWords];
        for (var word = 0; word < ChallengeWords; word++)
            words[word] = Vector256.Create(_challenge[word]);
        words[8] = Vector256.Create((uint)(start >> 32));
        words[9] = Vector256.Create(unchecked((uint)start)) + Vector256<uint>.Indices;
        words[10] = Vector256.Create(0x80000000u); // the padding: one bit, zeros, the length
        words[11..15].Clear();
        words[15] = Vector256.Create(MessageBits);
        return Compress(words);
    }

    private static Vector256<uint> Compress(Span<Vector256<uint>> w)
    {
        var (a, b, c, d) = (Initial(0), Initial(1), Initial(2), Initial(3));
        var (e, f, g, h) = (Initial(4), Initial(5), Initial(6), Initial(7));
        for (var round = 0; round < Rounds; round++)
        {
            if (round >= BlockWords)
            {
                var (x, y) = (w[(round + 1) % BlockWords], w[(round + 14) % BlockWords]);
                w[round % BlockWords] += w[(round + 9) % BlockWords]
                    + (Rotate(x, 7) ^ Rotate(x, 18) ^ Vector256.ShiftRightLogical(x, 3))
                    + (Rotate(y, 17) ^ Rotate(y, 19) ^ Vector256.ShiftRightLogical(y, 10));
            }
            var first = h + (Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25)) + (g ^ (e & (f ^ g)))
                + Vector256.Create(_constants[round]) + w[round % BlockWords];
            var second = (Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22)) + ((a & b) | (c & (a | b)));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }
        return a + Initial(0);
    }

    private static Vector256<uint> Initial(int word) => Vector256.Create(_initial[word]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, int bits) =>
        Vector256.ShiftRightLogical(value, bits) | Vector256.ShiftLeft(value, 32 - bits);

    [InlineArray(ChallengeWords)]
    private struct Challenge
    {
        private uint _word;
    }
}
