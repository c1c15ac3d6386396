using System.Buffers.Binary;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>
/// The guest's linear memory during one host call. Pointers and lengths are unsigned 32-bit numbers; every access is checked.
/// </summary>
internal readonly unsafe ref struct GuestMemory(byte* data, nuint size)
{
    /// <summary>The bytes [pointer, pointer + length), or false where they are not all inside.</summary>
    public bool TrySlice(uint pointer, ulong length, out Span<byte> bytes)
    {
        bytes = default;
        // No sum of two 32-bit numbers overflows 64 bits; a longer length is refused first.
        if (length > int.MaxValue || pointer + length > size)
            return false;
        bytes = new Span<byte>(data + pointer, (int)length);
        return true;
    }

    public bool TryWrite(uint pointer, uint value)
    {
        if (!TrySlice(pointer, sizeof(uint), out var bytes))
            return false;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return true;
    }

    public bool TryWrite(uint pointer, ulong value)
    {
        if (!TrySlice(pointer, sizeof(ulong), out var bytes))
            return false;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return true;
    }
}
