using System.Text;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>Reads a module's bytes within a range; what is not there, or is no number, is refused.</summary>
internal struct ByteReader(byte[] data, int start, int end)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _data = data;

    public int Position { get; set; } = start;

    public int End { get; } = end;

    public readonly int Left => End - Position;

    public readonly bool AtEnd => Position == End;

    public readonly ReadOnlySpan<byte> Between(int from, int to) => _data.AsSpan(from, to - from);

    public byte U8() => Position < End ? _data[Position++] : throw RefusedException.Invalid(Position, "The module ends too early");

    /// <summary>An unsigned number of up to 32 bits in LEB128, of at most 5 bytes.</summary>
    public uint U32()
    {
        var part = U8();
        if (part < 0x80)
            return part;
        var value = part & 0x7Fu;
        for (var shift = 7; ; shift += 7)
        {
            part = U8();
            if (shift == 28 && part > 0x0F)
                throw RefusedException.Invalid(Position - 1, "A number is longer than 32 bits");
            value |= (part & 0x7Fu) << shift;
            if (part < 0x80)
                return value;
        }
    }

    /// <summary>A count of things that take at least one byte each.</summary>
    public int Count(string what, int most)
    {
        var (at, count) = (Position, U32());
        if (count > (uint)Left)
            throw RefusedException.Invalid(at, $"The module says that it has {what}: {count}, but ends before");
        return count <= most ? (int)count : throw RefusedException.Limit(what, count, most);
    }

    /// <summary>A signed number in LEB128 of up to that many bits.</summary>
    public long Signed(int bits)
    {
        var (value, shift) = (0L, 0);
        while (true)
        {
            var part = U8();
            value |= (long)(part & 0x7F) << shift;
            shift += 7;
            if (shift >= bits)
            {
                // The last byte: no continuation, and what is over the bits repeats the sign.
                var used = bits - (shift - 7);
                var over = (sbyte)unchecked((sbyte)(part << 1)) >> used;
                if (part >= 0x80 || (over != 0 && over != -1))
                    throw RefusedException.Invalid(Position - 1, $"A number is longer than {bits} bits");
            }
            if (part < 0x80)
                return shift < 64 && (part & 0x40) != 0 ? value | (-1L << shift) : value;
        }
    }

    public void Skip(int count)
    {
        if (count > Left)
            throw RefusedException.Invalid(Position, "The module ends too early");
        Position += count;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        Skip(count);
        return _data.AsSpan(Position - count, count);
    }

    /// <summary>A name in UTF-8.</summary>
    public string Name()
    {
        var bytes = Bytes(Count("bytes of a name", AdmissionLimits.NameBytes));
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw RefusedException.Invalid(Position, "A name is no UTF-8");
        }
    }
}
