using System.Buffers.Binary;

namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Reads Protobuf fields out of bytes that nobody has checked, without allocating. It refuses what readers disagree on: tags and
/// lengths of more than 32 bits, groups, and the field 0.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    public const byte Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>Fields that this version of the protocol does not have; a later one may add a few.</summary>
    private const int MaxUnknown = 8;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _unknown;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Bytes that are not read yet.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>The next field's number and wire type.</summary>
    public bool TryTag(out int field, out int type)
    {
        (field, type) = (0, 0);
        if (!TryVarint(out var tag) || tag > uint.MaxValue)
            return false;
        (field, type) = ((int)(tag >> 3), (int)(tag & 7));
        return field > 0;
    }

    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < 10 && i < _rest.Length; i++)
        {
            var part = _rest[i];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part > 0x7F)
                continue;
            _rest = _rest[(i + 1)..];
            return i < 9 || part <= 1;
        }
        return false;
    }

    public bool TryFixed64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(_rest, out value))
            return false;
        _rest = _rest[sizeof(ulong)..];
        return true;
    }

    public bool TryBytes(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryVarint(out var length) || length > (ulong)_rest.Length)
            return false;
        value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>Passes over a field that is not known, as far as there are few of them.</summary>
    public bool TrySkip(int type) => ++_unknown <= MaxUnknown && type switch
    {
        Varint => TryVarint(out _),
        Fixed64 => TryFixed64(out _),
        Bytes => TryBytes(out _),
        Fixed32 => TryFixed32(),
        _ => false,
    };

    private bool TryFixed32()
    {
        if (_rest.Length < sizeof(uint))
            return false;
        _rest = _rest[sizeof(uint)..];
        return true;
    }
}
