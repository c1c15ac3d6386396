using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>All instructions of the accepted subset: WebAssembly 2.0 with 128-bit SIMD (its binary format, section 5.4).</summary>
internal static class OpTable
{
    private const int Slow = 4, SlowSimd = 8;

    private static readonly OpInfo?[] Ops = new OpInfo?[Op.Count];

    static OpTable()
    {
        foreach (var op in (int[])[
            Op.Unreachable, Op.Nop, Op.Block, Op.Loop, Op.If, Op.Else, Op.End, Op.Br, Op.BrIf, Op.BrTable, Op.Return, Op.Call,
            Op.CallIndirect, Op.Drop, Op.Select, Op.SelectTyped, Op.LocalGet, Op.LocalSet, Op.LocalTee, Op.GlobalGet, Op.GlobalSet,
            Op.TableGet,
            Op.TableSet, Op.MemorySize, Op.MemoryGrow, Op.RefNull, Op.RefIsNull, Op.RefFunc, Op.MemoryInit, Op.DataDrop, Op.MemoryCopy,
            Op.MemoryFill,
            Op.TableInit, Op.ElemDrop, Op.TableCopy, Op.TableGrow, Op.TableSize, Op.TableFill])
            Ops[op] = new OpInfo([], null, Immediate.Special);
        foreach (var op in (int[])[Op.Nop, Op.Block, Op.Loop, Op.Else, Op.End, Op.Drop, Op.Unreachable])
            Ops[op] = Ops[op]! with { Cost = 0 };
        Ops[Op.BrTable] = Ops[Op.BrTable]! with { Cost = 2 };
        Ops[Op.Call] = Ops[Op.Call]! with { Cost = 4 };
        Ops[Op.CallIndirect] = Ops[Op.CallIndirect]! with { Cost = 6 };
        foreach (var op in (int[])[
            Op.MemoryInit, Op.MemoryCopy, Op.MemoryFill, Op.TableInit, Op.TableCopy, Op.TableFill, Op.MemoryGrow, Op.TableGrow])
            Ops[op] = Ops[op]! with { Cost = Charges.Bulk };
        Numbers();
        Floats();
        Simd();
        SimdFloats();
    }

    /// <summary>The instruction, or null where there is none of this number.</summary>
    public static OpInfo? Find(int op) => Ops[op];

    private static void Set(int first, int last, string signature, Immediate immediate = Immediate.None, int size = 0, int cost = 1,
        NanResult nan = NanResult.Fixed, int lanes = 0, int resultLanes = 0)
    {
        var parts = signature.Split(':');
        var pops = parts[0].Select(ValTypes.OfLetter).ToArray();
        ValType? push = parts[1].Length == 0 ? null : ValTypes.OfLetter(parts[1][0]);
        for (var op = first; op <= last; op++)
            Ops[op] = new OpInfo(pops, push, immediate, size, cost, nan, lanes, resultLanes);
    }

    private static void Access(int first, string sizes, string signature)
    {
        foreach (var size in sizes)
            Set(first++, first - 1, signature, Immediate.Memory, size - '0');
    }

    private static void Numbers()
    {
        Access(0x28, "2", "i:i");
        Access(0x29, "3", "i:I");
        Access(0x2A, "2", "i:f");
        Access(0x2B, "3", "i:F");
        Access(0x2C, "0011", "i:i");
        Access(0x30, "001122", "i:I");
        Access(0x36, "2", "ii:");
        Access(0x37, "3", "iI:");
        Access(0x38, "2", "if:");
        Access(0x39, "3", "iF:");
        Access(0x3A, "01", "ii:");
        Access(0x3C, "012", "iI:");
        Set(Op.I32Const, Op.I32Const, ":i", Immediate.I32);
        Set(Op.I64Const, Op.I64Const, ":I", Immediate.I64);
        Set(Op.F32Const, Op.F32Const, ":f", Immediate.F32);
        Set(Op.F64Const, Op.F64Const, ":F", Immediate.F64);
        Set(0x45, 0x45, "i:i");
        Set(0x46, 0x4F, "ii:i");
        Set(0x50, 0x50, "I:i");
        Set(0x51, 0x5A, "II:i");
        Set(0x67, 0x69, "i:i");
        Set(0x6A, 0x6C, "ii:i");
        Set(0x6D, 0x70, "ii:i", cost: Slow);
        Set(0x71, 0x78, "ii:i");
        Set(0x79, 0x7B, "I:I");
        Set(0x7C, 0x7E, "II:I");
        Set(0x7F, 0x82, "II:I", cost: Slow);
        Set(0x83, 0x8A, "II:I");
        Set(0xA7, 0xA7, "I:i");
        Set(0xAC, 0xAD, "i:I");
        Set(0xBC, 0xBC, "f:i");
        Set(0xBD, 0xBD, "F:I");
        Set(0xBE, 0xBE, "i:f");
        Set(0xBF, 0xBF, "I:F");
        Set(0xC0, 0xC1, "i:i");
        Set(0xC2, 0xC4, "I:I");
    }

    private static void Floats()
    {
        foreach (var (letter, lanes, compare, first) in (ReadOnlySpan<(char, int, int, int)>)[('f', 32, 0x5B, 0x8B), ('F', 64, 0x61, 0x99)])
        {
            Set(compare, compare + 5, $"{letter}{letter}:i", lanes: lanes);
            Set(first, first + 1, $"{letter}:{letter}", nan: NanResult.Signed, lanes: lanes); // abs, neg
            // ceil, floor, trunc, nearest
            Set(first + 2, first + 5, $"{letter}:{letter}", nan: NanResult.Wild, lanes: lanes, resultLanes: lanes);
            Set(first + 6, first + 6, $"{letter}:{letter}", cost: Slow, nan: NanResult.Wild, lanes: lanes, resultLanes: lanes); // sqrt
            Set(first + 7, first + 12, $"{letter}{letter}:{letter}", nan: NanResult.Wild, lanes: lanes, resultLanes: lanes); // add … max
            Ops[first + 10] = Ops[first + 10]! with { Cost = Slow }; // div
            Set(first + 13, first + 13, $"{letter}{letter}:{letter}", nan: NanResult.Signed, lanes: lanes); // copysign
        }
        Set(0xA8, 0xA9, "f:i", lanes: 32);
        Set(0xAA, 0xAB, "F:i", lanes: 64);
        Set(0xAE, 0xAF, "f:I", lanes: 32);
        Set(0xB0, 0xB1, "F:I", lanes: 64);
        Set(0xB2, 0xB3, "i:f", nan: NanResult.Never);
        Set(0xB4, 0xB5, "I:f", nan: NanResult.Never);
        Set(0xB6, 0xB6, "F:f", nan: NanResult.Wild, lanes: 64, resultLanes: 32);
        Set(0xB7, 0xB8, "i:F", nan: NanResult.Never);
        Set(0xB9, 0xBA, "I:F", nan: NanResult.Never);
        Set(0xBB, 0xBB, "f:F", nan: NanResult.Wild, lanes: 32, resultLanes: 64);
        Set(Op.Fc, Op.Fc + 1, "f:i", lanes: 32);
        Set(Op.Fc + 2, Op.Fc + 3, "F:i", lanes: 64);
        Set(Op.Fc + 4, Op.Fc + 5, "f:I", lanes: 32);
        Set(Op.Fc + 6, Op.Fc + 7, "F:I", lanes: 64);
    }

    private static void Simd()
    {
        Access(Op.Simd, "4333333", "i:V");
        Access(Op.Simd + 7, "0123", "i:V");
        Access(Op.Simd + 11, "4", "iV:");
        Set(Op.V128Const, Op.V128Const, ":V", Immediate.V128);
        Lanes(13, 13, "VV:V", Immediate.Shuffle);
        Lanes(14, 14, "VV:V");
        Lanes(15, 17, "i:V");
        Lanes(18, 18, "I:V");
        foreach (var (first, last, lanes, signature) in (ReadOnlySpan<(int, int, int, string)>)[
            (21, 22, 16, "V:i"), (23, 23, 16, "Vi:V"), (24, 25, 8, "V:i"), (26, 26, 8, "Vi:V"), (27, 27, 4, "V:i"), (28, 28, 4, "Vi:V"),
            (29, 29, 2, "V:I"), (30, 30, 2, "VI:V")])
            Set(Op.Simd + first, Op.Simd + last, signature, Immediate.Lane, lanes);
        Lanes(35, 64, "VV:V");
        Lanes(77, 77, "V:V");
        Lanes(78, 81, "VV:V");
        Lanes(82, 82, "VVV:V");
        Lanes(83, 83, "V:i");
        for (var size = 0; size < 4; size++)
        {
            Set(Op.Simd + 84 + size, Op.Simd + 84 + size, "iV:V", Immediate.MemoryLane, size);
            Set(Op.Simd + 88 + size, Op.Simd + 88 + size, "iV:", Immediate.MemoryLane, size);
        }
        Access(Op.Simd + 92, "23", "i:V");
        Lanes(96, 98, "V:V");
        foreach (var first in (int[])[99, 131, 163, 195])
            Lanes(first, first + 1, "V:i");
        foreach (var first in (int[])[107, 139, 171, 203])
            Lanes(first, first + 2, "Vi:V");
        foreach (var (first, last) in (ReadOnlySpan<(int, int)>)[
            (124, 127), (128, 129), (135, 138), (160, 161), (167, 170), (192, 193), (199, 202)])
            Lanes(first, last, "V:V");
        foreach (var (first, last) in (ReadOnlySpan<(int, int)>)[
            (101, 102), (110, 115), (118, 121), (123, 123), (130, 130), (133, 134), (142, 147), (149, 153),
            (155, 159), (174, 174), (177, 177), (181, 186), (188, 191), (206, 206), (209, 209), (213, 223)])
            Lanes(first, last, "VV:V");
    }

    private static void Lanes(int first, int last, string signature, Immediate immediate = Immediate.None) =>
        Set(Op.Simd + first, Op.Simd + last, signature, immediate);

    private static void SimdFloats()
    {
        Set(Op.Simd + 19, Op.Simd + 19, "f:V", nan: NanResult.Moved, lanes: 32);
        Set(Op.Simd + 20, Op.Simd + 20, "F:V", nan: NanResult.Moved, lanes: 64);
        Set(Op.Simd + 31, Op.Simd + 31, "V:f", Immediate.Lane, 4, nan: NanResult.Moved, lanes: 32);
        Set(Op.Simd + 32, Op.Simd + 32, "Vf:V", Immediate.Lane, 4, nan: NanResult.Moved, lanes: 32);
        Set(Op.Simd + 33, Op.Simd + 33, "V:F", Immediate.Lane, 2, nan: NanResult.Moved, lanes: 64);
        Set(Op.Simd + 34, Op.Simd + 34, "VF:V", Immediate.Lane, 2, nan: NanResult.Moved, lanes: 64);
        Set(Op.Simd + 65, Op.Simd + 70, "VV:V", lanes: 32);
        Set(Op.Simd + 71, Op.Simd + 76, "VV:V", lanes: 64);
        Set(Op.Simd + 94, Op.Simd + 94, "V:V", nan: NanResult.Wild, lanes: 64, resultLanes: 32);
        Set(Op.Simd + 95, Op.Simd + 95, "V:V", nan: NanResult.Wild, lanes: 32, resultLanes: 64);
        foreach (var (lanes, round, first) in (ReadOnlySpan<(int, int[], int)>)[
            (32, [103, 104, 105, 106], 224), (64, [116, 117, 122, 148], 236)])
        {
            foreach (var op in round)
                Set(Op.Simd + op, Op.Simd + op, "V:V", nan: NanResult.Wild, lanes: lanes, resultLanes: lanes);
            Set(Op.Simd + first, Op.Simd + first + 1, "V:V", nan: NanResult.Signed, lanes: lanes); // abs, neg
            // sqrt
            Set(Op.Simd + first + 3, Op.Simd + first + 3, "V:V", cost: SlowSimd, nan: NanResult.Wild, lanes: lanes, resultLanes: lanes);
            Set(Op.Simd + first + 4, Op.Simd + first + 9, "VV:V", nan: NanResult.Wild, lanes: lanes, resultLanes: lanes); // add … max
            Ops[Op.Simd + first + 7] = Ops[Op.Simd + first + 7]! with { Cost = SlowSimd }; // div
            Set(Op.Simd + first + 10, Op.Simd + first + 11, "VV:V", nan: NanResult.Moved, lanes: lanes); // pmin, pmax
        }
        Set(Op.Simd + 248, Op.Simd + 249, "V:V", lanes: 32);
        Set(Op.Simd + 250, Op.Simd + 251, "V:V", nan: NanResult.Never);
        Set(Op.Simd + 252, Op.Simd + 253, "V:V", lanes: 64);
        Lanes(254, 255, "V:V"); // never a NaN as floats of 64 bits, but their halves may be some of 32
    }
}
