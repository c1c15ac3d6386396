using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ground.Lanes;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// The first words of SHA-256(challenge ‖ nonce) for as many nonces at once as there are lanes. These 40 bytes are one block, and the
/// rounds that take the challenge are gone through once.
/// </summary>
internal readonly struct NonceSearch<T>
    where T : unmanaged, ILanes<T>
{
    private const int ChallengeWords = Hash256.Size / sizeof(uint);
    private const uint MessageBits = (Hash256.Size + sizeof(long)) * 8;

    private readonly EightWords _challenge;
    private readonly EightWords _state; // after the rounds of the challenge

    public NonceSearch(Hash256 challenge)
    {
        Span<byte> bytes = stackalloc byte[Hash256.Size];
        challenge.CopyTo(bytes);
        Span<T> block = stackalloc T[Sha256Lanes.BlockWords];
        for (var word = 0; word < ChallengeWords; word++)
        {
            _challenge[word] = block[word] = T.Same(BinaryPrimitives.ReadUInt32BigEndian(bytes[(word * sizeof(uint))..]));
            _state[word] = T.Same(Sha256Lanes.Initial[word]);
        }
        Sha256Lanes.Compress(_state, block, to: ChallengeWords);
    }

    /// <summary>The first word of the hash of each nonce from <paramref name="start"/> on.</summary>
    /// <param name="start">A multiple of the number of lanes, so that all of them share their upper word.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public T FirstWords(long start)
    {
        Span<T> state = stackalloc T[Sha256Lanes.StateWords], block = stackalloc T[Sha256Lanes.BlockWords];
        ((ReadOnlySpan<T>)_state).CopyTo(state);
        ((ReadOnlySpan<T>)_challenge).CopyTo(block);
        block[8] = T.Same((uint)(start >> 32));
        block[9] = T.Counting(unchecked((uint)start));
        block[10] = T.Same(0x80000000); // the padding: one bit, zeros, the length
        block[11..15].Clear();
        block[15] = T.Same(MessageBits);
        Sha256Lanes.Compress(state, block, from: ChallengeWords);
        return state[0] + T.Same(Sha256Lanes.Initial[0]);
    }

    [InlineArray(Sha256Lanes.StateWords)]
    private struct EightWords
    {
        private T _word;
    }
}
