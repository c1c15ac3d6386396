using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>Numbers of instructions: the byte; 0x100 and more after the prefix 0xFC, 0x200 and more after 0xFD (SIMD).</summary>
internal static class Op
{
    public const int Unreachable = 0x00, Nop = 0x01, Block = 0x02, Loop = 0x03, If = 0x04, Else = 0x05, End = 0x0B;
    public const int Br = 0x0C, BrIf = 0x0D, BrTable = 0x0E, Return = 0x0F, Call = 0x10, CallIndirect = 0x11;
    public const int Drop = 0x1A, Select = 0x1B, SelectTyped = 0x1C;
    public const int LocalGet = 0x20, LocalSet = 0x21, LocalTee = 0x22, GlobalGet = 0x23, GlobalSet = 0x24, TableGet = 0x25,
        TableSet = 0x26;
    public const int MemorySize = 0x3F, MemoryGrow = 0x40;
    public const int I32Const = 0x41, I64Const = 0x42, F32Const = 0x43, F64Const = 0x44;
    public const int I32Eq = 0x46, I32GtU = 0x4B, I64LtS = 0x53, F32Eq = 0x5B, F64Eq = 0x61;
    public const int I32Sub = 0x6B, I64Add = 0x7C, I64Sub = 0x7D, I64Or = 0x84, I64Shl = 0x86, I64ShrU = 0x88;
    public const int I64ExtendI32U = 0xAD;
    public const int RefNull = 0xD0, RefIsNull = 0xD1, RefFunc = 0xD2;
    public const int Fc = 0x100, Simd = 0x200, Count = 0x300;
    public const int MemoryInit = Fc + 8, DataDrop = Fc + 9, MemoryCopy = Fc + 10, MemoryFill = Fc + 11;
    public const int TableInit = Fc + 12, ElemDrop = Fc + 13, TableCopy = Fc + 14, TableGrow = Fc + 15, TableSize = Fc + 16,
        TableFill = Fc + 17;
    public const int V128Const = Simd + 12, V128Bitselect = Simd + 82, F32x4Eq = Simd + 65, F64x2Eq = Simd + 71;

    /// <summary>Reads an instruction's number; what is refused as a whole is refused here.</summary>
    public static int Read(ref ByteReader reader)
    {
        var at = reader.Position;
        var value = (int)reader.U8();
        switch (value)
        {
            case 0xFC:
                var more = reader.U32();
                return more <= 17 ? Fc + (int)more
                    : more is >= 19 and <= 22 ? throw Features.Refuse(Feature.WideArithmetic, at)
                    : throw RefusedException.Invalid(at, $"0xfc 0x{more:x2} is no instruction");
            case 0xFD:
                var simd = reader.U32();
                return simd <= 0xFF ? Simd + (int)simd
                    : simd <= 0x12F ? throw Features.Refuse(Feature.RelaxedSimd, at)
                    : throw RefusedException.Invalid(at, $"0xfd 0x{simd:x2} is no instruction");
            case 0xFE:
                throw Features.Refuse(Feature.Threads, at);
            case 0xFB or 0x14 or 0xD3 or 0xD4 or 0xD5 or 0xD6:
                throw Features.Refuse(Feature.GarbageCollection, at);
            case 0x12 or 0x13 or 0x15:
                throw Features.Refuse(Feature.TailCalls, at);
            case 0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x18 or 0x19 or 0x1F:
                throw Features.Refuse(Feature.Exceptions, at);
            case >= 0xE0 and <= 0xE5:
                throw Features.Refuse(Feature.StackSwitching, at);
            default:
                return value;
        }
    }
}

/// <summary>What follows an instruction's number.</summary>
internal enum Immediate : byte
{
    None,

    /// <summary>An instruction that the validator treats by itself.</summary>
    Special,
    I32, I64, F32, F64, V128,
    Shuffle,
    Lane,
    Memory,
    MemoryLane,
}

/// <summary>What an instruction makes of NaNs, for <c>FunctionPass</c>.</summary>
internal enum NanResult : byte
{
    /// <summary>The bits are the same in every engine, and may be a NaN's.</summary>
    Fixed,

    /// <summary>It is never a NaN.</summary>
    Never,

    /// <summary>A NaN of it is the engine's own.</summary>
    Wild,

    /// <summary>The bits of one of its operands.</summary>
    Moved,

    /// <summary>The bits of the first operand, with another sign.</summary>
    Signed,
}

/// <summary>An instruction: its type, what it costs and what it makes of NaNs.</summary>
/// <param name="Lanes">As floats of so many bits it takes its operands; 0: as bits.</param>
/// <param name="ResultLanes">With <see cref="NanResult.Wild"/>: the bits of the result's floats.</param>
/// <param name="Size">The largest alignment, or the number of lanes.</param>
internal sealed record OpInfo(
    ValType[] Pops, ValType? Push, Immediate Immediate, int Size = 0, int Cost = 1, NanResult Nan = NanResult.Fixed, int Lanes = 0,
    int ResultLanes = 0);
