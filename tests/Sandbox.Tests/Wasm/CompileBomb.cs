namespace AkkaCompute.Sandbox.Tests.Wasm;

/// <summary>
/// A small module that costs a compiler much: one function with many locals, and a loop of many branches that each may change
/// one of them, so that every local has a value per branch to keep apart.
/// </summary>
public static class CompileBomb
{
    public static byte[] Make(int locals, int branches)
    {
        var body = new List<byte>();
        Unsigned(body, 1);
        Unsigned(body, (uint)locals);
        body.Add(0x7e); // i64
        body.AddRange([0x03, 0x40]); // loop
        for (var i = 0; i < branches; i++)
        {
            var (source, target) = ((uint)(i * 7 % locals), (uint)(i * 13 % locals));
            body.Add(0x20); // local.get
            Unsigned(body, source);
            body.AddRange([0xa7, 0x04, 0x40]); // i32.wrap_i64, if
            body.Add(0x20);
            Unsigned(body, source);
            body.AddRange([0x42, 0x03, 0x7e]); // i64.const 3, i64.mul
            body.Add(0x21); // local.set
            Unsigned(body, target);
            body.AddRange([0x20]);
            Unsigned(body, target);
            body.AddRange([0xa7, 0x0d, 0x01, 0x0b]); // i32.wrap_i64, br_if loop, end
        }
        body.AddRange([0x0b, 0x0b]); // end, end

        var module = new List<byte> { 0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0 };
        Section(module, 1, [1, 0x60, 0, 0]);
        Section(module, 3, [1, 0]);
        Section(module, 5, [1, 1, 1, 1]);
        Section(module, 7, [2, 6, .. "memory"u8, 2, 0, 6, .. "_start"u8, 0, 0]);
        var code = new List<byte> { 1 };
        Unsigned(code, (uint)body.Count);
        code.AddRange(body);
        Section(module, 10, code);
        return [.. module];
    }

    private static void Section(List<byte> module, byte id, List<byte> content)
    {
        module.Add(id);
        Unsigned(module, (uint)content.Count);
        module.AddRange(content);
    }

    private static void Unsigned(List<byte> bytes, uint value)
    {
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value & 0x7f | 0x80));
        bytes.Add((byte)value);
    }
}
