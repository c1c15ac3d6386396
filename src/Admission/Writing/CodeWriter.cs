using AkkaCompute.Admission.Reading;

namespace AkkaCompute.Admission.Writing;

/// <summary>Writes instructions.</summary>
internal readonly struct CodeWriter(ByteWriter bytes)
{
    public CodeWriter Op(int op)
    {
        if (op >= Reading.Op.Simd)
        {
            bytes.U8(0xFD);
            bytes.U32(op - Reading.Op.Simd);
        }
        else if (op >= Reading.Op.Fc)
        {
            bytes.U8(0xFC);
            bytes.U32(op - Reading.Op.Fc);
        }
        else
            bytes.U8((byte)op);
        return this;
    }

    /// <summary>An instruction with an index.</summary>
    public CodeWriter Op(int op, int index)
    {
        Op(op);
        bytes.U32(index);
        return this;
    }

    public CodeWriter I32(int value)
    {
        bytes.U8(Reading.Op.I32Const);
        bytes.Signed(value);
        return this;
    }

    public CodeWriter I64(long value)
    {
        bytes.U8(Reading.Op.I64Const);
        bytes.Signed(value);
        return this;
    }

    public CodeWriter If(ValType? result = null)
    {
        bytes.U8(Reading.Op.If);
        bytes.U8(result is { } type ? (byte)type : (byte)0x40);
        return this;
    }

    /// <summary>A block that leaves values of these types.</summary>
    public CodeWriter Block(ValType[] results, Additions additions)
    {
        bytes.U8(Reading.Op.Block);
        if (results.Length > 1)
            bytes.Signed(additions.TypeOf([], results));
        else
            bytes.U8(results.Length == 0 ? (byte)0x40 : (byte)results[0]);
        return this;
    }

    public CodeWriter Raw(ReadOnlySpan<byte> code)
    {
        bytes.Bytes(code);
        return this;
    }
}
