using System.Buffers.Binary;
using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>Makes frames out of recorded ones: half of them well-formed Protobuf with one value changed somewhere, the others changed byte by byte.</summary>
internal sealed class FrameMutator(IReadOnlyList<byte[]> recorded, int seed)
{
    private static readonly ulong[] Odd = [0, 1, 127, 128, 129, 1 << 20, uint.MaxValue, 1UL << 40, 1UL << 48, long.MaxValue, ulong.MaxValue];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var frame = Any();
        return Draw(2) == 0 ? Fields(frame, 0) : Raw(frame);
    }

    private byte[] Any() => recorded[Draw(recorded.Count)];

    private int Draw(int below) => _random.Next(below);

    /// <summary>Changes a field, or one in it; bytes that are no fields are changed as bytes.</summary>
    private byte[] Fields(byte[] bytes, int depth)
    {
        if (Split(bytes) is not { Count: > 0 } fields)
            return Raw(bytes);
        var at = Draw(fields.Count);
        var (number, type, value) = fields[at];
        // Mostly deeper: what is on top is soon said.
        if (type == 2 && depth < 8 && Draw(8) != 0)
            fields[at] = (number, type, Fields(value, depth + 1));
        else if (Draw(8) is 0)
            fields.RemoveAt(at);
        else if (Draw(8) is 0)
            fields.Insert(Draw(fields.Count + 1), fields[at]);
        else if (Draw(8) is 0)
            fields[at] = (1 + Draw(16), type, value);
        else
            fields[at] = (number, type, type == 2 ? Raw(value) : Value());
        return Join([.. fields.Select(field => field.Type switch
        {
            0 => Varint(field.Number, BinaryPrimitives.ReadUInt64LittleEndian(field.Value)),
            1 => Fixed(field.Number, BinaryPrimitives.ReadUInt64LittleEndian(field.Value)),
            _ => Bytes(field.Number, field.Value),
        })]);
    }

    private byte[] Value()
    {
        var value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(value, Draw(2) == 0 ? Odd[Draw(Odd.Length)] : (ulong)_random.NextInt64() >> Draw(63));
        return value;
    }

    private byte[] Raw(byte[] bytes)
    {
        var from = Draw(bytes.Length + 1);
        var to = from + Draw(Math.Min(32, bytes.Length - from + 1));
        switch (Draw(6))
        {
            case 0:
                return [.. bytes[..from], .. bytes[to..]];
            case 1:
                return [.. bytes[..to], .. bytes[from..]];
            case 2:
                var random = new byte[Draw(32)];
                _random.NextBytes(random);
                return [.. bytes[..from], .. random, .. bytes[to..]];
            case 3:
                return [.. bytes[..from], .. Value(), .. bytes[to..]];
            case 4:
                var other = Any();
                return [.. bytes[..from], .. other[Draw(other.Length)..]];
            default:
                var changed = bytes.ToArray();
                for (var i = Draw(8); i >= 0 && changed.Length > 0; i--)
                    changed[Draw(changed.Length)] ^= (byte)(1 << Draw(8));
                return changed;
        }
    }

    /// <returns>null: it is no Protobuf.</returns>
    private static List<(int Number, int Type, byte[] Value)>? Split(byte[] bytes)
    {
        var fields = new List<(int, int, byte[])>();
        for (var at = 0; at < bytes.Length;)
        {
            if (!TryVarint(bytes, ref at, out var tag) || tag >> 3 is 0 or > 1_000)
                return null;
            var value = new byte[sizeof(ulong)];
            switch (tag & 7)
            {
                case 0 when TryVarint(bytes, ref at, out var number):
                    BinaryPrimitives.WriteUInt64LittleEndian(value, number);
                    break;
                case 1 when bytes.Length - at >= sizeof(ulong):
                    value = bytes[at..(at += sizeof(ulong))];
                    break;
                case 2 when TryVarint(bytes, ref at, out var length) && length <= (ulong)(bytes.Length - at):
                    value = bytes[at..(at += (int)length)];
                    break;
                default:
                    return null;
            }
            fields.Add(((int)(tag >> 3), (int)(tag & 7), value));
        }
        return fields;
    }

    private static bool TryVarint(byte[] bytes, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return true;
        }
        return false;
    }
}
