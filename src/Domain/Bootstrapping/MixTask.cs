using System.Buffers.Binary;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Domain.Bootstrapping;

/// <summary>
/// The work that newcomers are given: to mix a number so many times. A turn is that of SplitMix64 (Steele, Lea, Flood 2014) with its own
/// output as the next state: nobody knows how to leave one out, and with 64 bits of chance no result can be looked up.
/// Input: value (u64) ‖ turns (u32). Output: value (u64). Little-endian, as WebAssembly has them.
/// </summary>
public static class MixTask
{
    public const int InputBytes = 12;
    public const int OutputBytes = 8;

    /// <summary>The same as a kernel, for workers that run no wasm.</summary>
    public static Payload.Kernel Kernel { get; } = new("mix", 1);

    public static byte[] Input(ulong value, uint turns)
    {
        var input = new byte[InputBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(input, value);
        BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(OutputBytes), turns);
        return input;
    }

    /// <summary>False where the length is another one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> input, out ulong value, out uint turns)
    {
        (value, turns) = (0, 0);
        if (input.Length != InputBytes)
            return false;
        value = BinaryPrimitives.ReadUInt64LittleEndian(input);
        turns = BinaryPrimitives.ReadUInt32LittleEndian(input[OutputBytes..]);
        return true;
    }

    public static byte[] Output(ulong value)
    {
        var output = new byte[OutputBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(output, value);
        return output;
    }

    public static ulong Turn(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
