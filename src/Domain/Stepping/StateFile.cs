using System.Buffers.Binary;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Stepping;

/// <summary>
/// All states of a task in one blob, so that any of them can be read alone: for each SHA-256 ‖ size (u32, big-endian), then their bytes one
/// after the other.
/// </summary>
public static class StateFile
{
    /// <summary>The most bytes of all states together.</summary>
    public const int MaxBytes = 64 << 20;

    private const int EntryBytes = Hash256.Size + sizeof(uint);

    /// <summary>Bytes before the first state.</summary>
    public static int HeadOf(long steps) => checked((int)((steps + 1) * EntryBytes));

    /// <param name="hashes">Their SHA-256, in the same order.</param>
    public static byte[] Write(IReadOnlyList<ReadOnlyMemory<byte>> states, IReadOnlyList<Hash256> hashes)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(hashes);
        var bytes = new byte[(states.Count * EntryBytes) + states.Sum(state => state.Length)];
        var head = bytes.AsSpan();
        var rest = bytes.AsSpan(states.Count * EntryBytes);
        for (var i = 0; i < states.Count; i++)
        {
            hashes[i].CopyTo(head);
            BinaryPrimitives.WriteUInt32BigEndian(head[Hash256.Size..], (uint)states[i].Length);
            states[i].Span.CopyTo(rest);
            head = head[EntryBytes..];
            rest = rest[states[i].Length..];
        }
        return bytes;
    }

    /// <summary>What its head says; null where it is none of so many steps, or of more than there may be.</summary>
    /// <param name="head">The first <see cref="HeadOf"/> bytes.</param>
    public static StateIndex? Read(ReadOnlySpan<byte> head, long steps)
    {
        if (head.Length != HeadOf(steps))
            return null;
        var hashes = new Hash256[steps + 1];
        var offsets = new long[steps + 2];
        offsets[0] = head.Length;
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new Hash256(head[..Hash256.Size]);
            offsets[i + 1] = offsets[i] + BinaryPrimitives.ReadUInt32BigEndian(head[Hash256.Size..]);
            head = head[EntryBytes..];
        }
        return offsets[^1] - offsets[0] <= MaxBytes ? new StateIndex(hashes, offsets) : null;
    }
}

/// <summary>Where the states are in a <see cref="StateFile"/>, as whoever made it says.</summary>
public sealed class StateIndex
{
    private readonly long[] _offsets;

    internal StateIndex(Hash256[] hashes, long[] offsets) => (Hashes, _offsets) = (hashes, offsets);

    /// <summary>From the input to the output.</summary>
    public IReadOnlyList<Hash256> Hashes { get; }

    /// <summary>Where the bytes of a state begin, and how many there are.</summary>
    public (int Offset, int Size) Find(long step) => ((int)_offsets[step], (int)(_offsets[step + 1] - _offsets[step]));

    public StepTrace ToTrace() => new([.. Hashes]);
}
