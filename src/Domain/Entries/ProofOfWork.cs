using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ground.Lanes;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// The price of an identity (Back, Hashcash, 2002): a nonce with which SHA-256(challenge ‖ nonce (u64, big-endian)) begins
/// with so many zero bits. The challenge is SHA-256("akkacompute/pow/1" ‖ all claims of the declaration before the nonce,
/// as they are written), the checkpoint among them: so that proofs can't be made in advance. 20 bits take 2²⁰ hashes on
/// average: some 0.1 s of a core with vector instructions (<c>bench -- proof</c>), less for whoever has better ones.
/// </summary>
public static class ProofOfWork
{
    /// <summary>The most bits that may be asked for: years of a core.</summary>
    public const int MaxBits = 48;

    private const int CancelEvery = 4_096;

    private static ReadOnlySpan<byte> Tag => "akkacompute/pow/1"u8;

    /// <summary>What the nonce is sought for.</summary>
    public static Hash256 Challenge(EntryPlace place, Declare declare)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(declare);
        return Hash256.Of([.. Tag, .. Entry.WorkedOn(place, declare)]);
    }

    /// <summary>How many zero bits a nonce gives. One hash.</summary>
    public static int Bits(Hash256 challenge, long nonce)
    {
        Span<byte> data = stackalloc byte[Hash256.Size + 8];
        challenge.CopyTo(data);
        BinaryPrimitives.WriteInt64BigEndian(data[Hash256.Size..], nonce);
        return BitOperations.LeadingZeroCount(Hash256.Of(data).Prefix);
    }

    /// <summary>The first nonce from <paramref name="start"/> on with at least so many zero bits.</summary>
    /// <param name="start">0, or a random number below 2⁵²: several cores then look in different places.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static long Solve(Hash256 challenge, int bits, long start, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, MaxBits);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, ClaimWriter.MaxNumber / 2);
        return Vector256.IsHardwareAccelerated ? Solve<EightLanes>(challenge, bits, start, cancel)
            : Vector128.IsHardwareAccelerated ? Solve<FourLanes>(challenge, bits, start, cancel)
            : Solve<OneLane>(challenge, bits, start, cancel);
    }

    /// <inheritdoc cref="Solve(Hash256, int, long, CancellationToken)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at a process's start: see Sha256Lanes
    internal static long Solve<T>(Hash256 challenge, int bits, long start, CancellationToken cancel)
        where T : unmanaged, ILanes<T>
    {
        var search = new NonceSearch<T>(challenge);
        // What the first word alone can rule out; what it lets through is hashed once more, by the platform's own code.
        var limit = uint.MaxValue >> Math.Min(bits, 31);
        for (var block = start - (start % T.Count); ; block += T.Count)
        {
            if (block % CancelEvery == 0)
                cancel.ThrowIfCancellationRequested();
            if (!T.AnyAtMost(search.FirstWords(block), limit))
                continue;
            for (var nonce = Math.Max(block, start); nonce < block + T.Count; nonce++)
            {
                if (Bits(challenge, nonce) >= bits)
                    return nonce;
            }
        }
    }

    /// <summary>A declaration with its proof, signed.</summary>
    /// <inheritdoc cref="Solve(Hash256, int, long, CancellationToken)"/>
    public static Entry Declare(KeyPair key, Declare declare, Checkpoint checkpoint, int bits, long start, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(declare);
        var place = EntryPlace.First(key.NodeId, checkpoint);
        return Entry.Sign(key, place, declare with { Work = Solve(Challenge(place, declare), bits, start, cancel) });
    }
}
