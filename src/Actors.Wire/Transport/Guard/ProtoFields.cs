using System.Runtime.CompilerServices;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// The fields of one message, each at most once and of the wire type that its schema gives it. Reads without allocating; a field that
/// comes twice is refused, because readers merge such fields, each in its own way.
/// </summary>
internal readonly ref struct ProtoFields
{
    /// <summary>Stands in a schema for a number that it does not use. Such a field is passed over.</summary>
    public const byte Unused = byte.MaxValue;

    private const int MaxFields = 8;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Values _values;
    private readonly int _seen;

    private ProtoFields(ReadOnlySpan<byte> bytes, Values values, int seen)
    {
        _bytes = bytes;
        _values = values;
        _seen = seen;
    }

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The message, unchecked.</param>
    /// <param name="schema">The wire type of each field by its number, from 0; at most eight.</param>
    /// <param name="fields">What the message says.</param>
    /// <returns>False where the bytes are no such message.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> schema, out ProtoFields fields)
    {
        fields = default;
        var reader = new ProtoReader(bytes);
        var values = default(Values);
        var seen = 0;
        while (!reader.AtEnd)
        {
            if (!reader.TryTag(out var field, out var type))
                return false;
            if (field >= schema.Length || schema[field] == Unused)
            {
                if (!reader.TrySkip(type))
                    return false;
                continue;
            }
            if (type != schema[field] || (seen & 1 << field) != 0 || !TryValue(ref reader, type, bytes.Length, out values[field]))
                return false;
            seen |= 1 << field;
        }
        fields = new ProtoFields(bytes, values, seen);
        return true;
    }

    /// <summary>Whether no field of the schema is there.</summary>
    public bool IsEmpty => _seen == 0;

    public bool Has(int field) => (_seen & 1 << field) != 0;

    /// <summary>The value of a number; 0 where the field is not there, as Protobuf leaves it out.</summary>
    public ulong Number(int field) => _values[field];

    /// <summary>The value of a field of bytes; empty where it is not there.</summary>
    public ReadOnlySpan<byte> Bytes(int field) => _bytes.Slice((int)(_values[field] >> 32), (int)(_values[field] & uint.MaxValue));

    /// <summary>A number is kept as it is, bytes as where they begin and how many there are.</summary>
    private static bool TryValue(ref ProtoReader reader, int type, int length, out ulong value)
    {
        switch (type)
        {
            case ProtoReader.Varint:
                return reader.TryVarint(out value);
            case ProtoReader.Fixed64:
                return reader.TryFixed64(out value);
            default:
                value = 0;
                if (!reader.TryBytes(out var bytes))
                    return false;
                value = (ulong)(length - reader.Left - bytes.Length) << 32 | (uint)bytes.Length;
                return true;
        }
    }

    [InlineArray(MaxFields)]
    private struct Values
    {
        private ulong _first;
    }
}
