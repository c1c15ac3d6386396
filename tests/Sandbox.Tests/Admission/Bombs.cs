using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Writing;


namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>Modules that say they have much of something, or have it.</summary>
internal static class Bombs
{
    private const int MaxBytes = 32 << 20;

    public static byte[] Make(string bomb)
    {
        var parts = bomb.Split(' ');
        var count = uint.Parse(parts[1]);
        return parts[0] switch
        {
            "locals" => Command(w => { w.U32(1); w.U32(count); w.U8((byte)ValType.I64); }, _ => { }),
            "labels" => Command(w => w.U32(0), code => { code.Bytes([0x41, 0, 0x0E]); Repeat(code, count, [0]); code.U32(count); }, countFirst: count),
            "blocks" => Command(w => w.U32(0), code => { Repeat(code, count, [0x02, 0x40]); Repeat(code, count, [0x0B]); }),
            "operands" => Command(w => w.U32(0), code => { Repeat(code, count, [0x41, 0]); code.U8(0x00); }),
            "ifs" => Command(w => w.U32(0), code => Repeat(code, count, [0x41, 0, 0x0D, 0])),
            "names" => [.. Command(w => w.U32(0), _ => { }), .. Section(0, w => { w.Name("name"); Repeat(w, count, [0]); })],
            "kinds" => Command(w => w.U32(0), _ => { }, types: count),
            "frames" => [.. Head, .. Types, .. Section(3, w => { w.U32(count); Repeat(w, count, [0]); }), .. Section(5, w => w.Bytes([1, 0, 1])),
                .. Section(7, w => { w.U32(2); w.Name("_start"); w.Bytes([0, 0]); w.Name("memory"); w.Bytes([2, 0]); }),
                .. Section(10, w => { w.U32(count); Repeat(w, count, [5, 1, 0x8F, 0x4E, 0x7E, 0x0B]); })],
            "types" => Alone(1, count),
            "imports" => Alone(2, count),
            "functions" => [.. Head, .. Types, .. Section(3, w => { w.U32(count); Repeat(w, count, [0]); })],
            "tables" => Alone(4, count),
            "globals" => Alone(6, count),
            "exports" => Alone(7, count),
            "elements" => Alone(9, count),
            "code" => Alone(10, count),
            "data" => Alone(11, count),
            "datacount" => Alone(12, count),
            _ => throw new ArgumentOutOfRangeException(nameof(bomb), bomb, null),
        };
    }

    private static byte[] Head => [0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0];

    private static byte[] Types => Section(1, w => w.Bytes([1, 0x60, 0, 0]));

    /// <summary>The type of a command, and that many others, all with eight parameters.</summary>
    private static void Kinds(ByteWriter to, uint count)
    {
        to.U32(count + 1);
        to.Bytes([0x60, 0, 0]);
        for (uint kind = 0; kind < count; kind++)
        {
            to.Bytes([0x60, 8]);
            for (var (rest, i) = (kind, 0); i < 8; rest /= 5, i++)
                to.U8((byte)(0x7B + (rest % 5)));
            to.U8(0);
        }
    }

    private static byte[] Alone(byte id, uint count) => [.. Head, .. Section(id, w => w.U32(count))];

    private static byte[] Command(Action<ByteWriter> locals, Action<ByteWriter> write, uint? countFirst = null, uint types = 0)
    {
        var body = new ByteWriter(MaxBytes);
        locals(body);
        if (countFirst is { } labels)
        {
            body.Bytes([0x41, 0, 0x0E]);
            body.U32(labels);
            Repeat(body, labels + 1, [0]);
        }
        else
            write(body);
        body.U8(0x0B);
        var code = Section(10, w => { w.U32(1); w.Sized(body); });
        return [.. Head, .. Section(1, w => Kinds(w, types)), .. Section(3, w => w.Bytes([1, 0])), .. Section(5, w => w.Bytes([1, 0, 1])),
            .. Section(7, w => { w.U32(2); w.Name("_start"); w.Bytes([0, 0]); w.Name("memory"); w.Bytes([2, 0]); }), .. code];
    }

    private static byte[] Section(byte id, Action<ByteWriter> write)
    {
        var (all, content) = (new ByteWriter(MaxBytes), new ByteWriter(MaxBytes));
        write(content);
        all.U8(id);
        all.Sized(content);
        return all.Written.ToArray();
    }

    private static void Repeat(ByteWriter to, uint count, ReadOnlySpan<byte> bytes)
    {
        for (; count > 0; count--)
            to.Bytes(bytes);
    }
}
