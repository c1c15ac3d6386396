using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Writing;


namespace AkkaCompute.Sandbox.Tests.Admission;

/// <summary>Statements and expressions.</summary>
internal sealed partial class RandomModule
{
    private static readonly int[] Edges = [0, 0, 1, 2, 3, 5, 8, 64, 100, 1000, 65_000, 65_535, 65_536, -1, -2, int.MaxValue, int.MinValue];

    private static readonly long[] LongEdges = [0, 1, 2, 7, -1, long.MaxValue, long.MinValue, 1L << 31, 1L << 32, 0x7FF8000000000000, 0x7FF0000000000001, 0x7FC00000];

    /// <summary>Bits of floats: zeros, infinities, canonical NaNs, NaNs with a payload, with a sign, signalling ones.</summary>
    private static readonly uint[] Floats = [0, 0x80000000, 0x3F800000, 0xBF800000, 0x40490FDB, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FC12345, 0x7F812345, 0x4F000000, 1];

    private static readonly ulong[] Doubles = [0, 1UL << 63, 0x3FF0000000000000, 0xBFF8000000000000, 0x400921FB54442D18, 0x7FF0000000000000, 0xFFF0000000000000,
        0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000012345678, 0x7FF0000012345678, 0x41E0000000000000, 0x43E0000000000000, 1];

    private void Constant(ByteWriter to, ValType type)
    {
        var code = new CodeWriter(to);
        switch (type)
        {
            case ValType.I32:
                code.I32(Pick(Edges));
                break;
            case ValType.I64:
                code.I64(Pick(LongEdges));
                break;
            case ValType.F32:
                code.Op(Op.F32Const).Raw(BitConverter.GetBytes(Pick(Floats)));
                break;
            case ValType.F64:
                code.Op(Op.F64Const).Raw(BitConverter.GetBytes(Pick(Doubles)));
                break;
            default:
                code.Op(Op.V128Const).Raw(OneIn(2)
                    ? [.. Enumerable.Range(0, 4).SelectMany(_ => BitConverter.GetBytes(Pick(Floats)))]
                    : [.. BitConverter.GetBytes(Pick(Doubles)), .. BitConverter.GetBytes(Pick(Doubles))]);
                break;
        }
    }

    private void Statements(int depth)
    {
        for (var n = _random.Next(1, 6); n > 0; n--)
            Statement(depth);
    }

    private void Statement(int depth)
    {
        if (--_budget < 0)
            return;
        switch (_random.Next(depth > 0 ? 22 : 12))
        {
            case 0 or 1 or 2 or 3 when _locals.Length > 0:
                var local = _random.Next(_locals.Length);
                Expression(_locals[local], 3);
                Code.Op(Op.LocalSet, local);
                break;
            case 4:
                var global = _random.Next(_globals.Length);
                Expression(_globals[global], 3);
                Code.Op(Op.GlobalSet, global);
                break;
            case 5 or 6 or 7:
                Instruction(Pick(ByResult[ValType.Bottom]), 3);
                break;
            case 8:
                Bulk();
                break;
            case 9:
                Call(_random.Next(_functions.Count), null);
                break;
            case 10:
                Leave();
                break;
            case 11:
                Expression(Pick(Numbers), 3);
                Code.Op(Op.Drop);
                break;
            case 12 or 13 or 14:
                Nested(Op.Block, [], depth);
                Code.Op(Op.End);
                break;
            case 15 or 16 or 17:
                Nested(Op.Loop, [], depth, OneIn(2) ? GoRound : null);
                Code.Op(Op.End);
                break;
            default:
                Expression(ValType.I32, 2);
                Nested(Op.If, [], depth);
                if (OneIn(2))
                {
                    Code.Op(Op.Else);
                    Inside([], depth);
                }
                Code.Op(Op.End);
                break;
        }
    }

    private void GoRound()
    {
        Expression(ValType.I32, 2);
        Code.Op(Op.BrIf, 0);
    }

    private void Nested(int op, ValType[] results, int depth, Action? last = null)
    {
        Code.Op(op);
        _body.U8(results.Length == 0 ? (byte)0x40 : (byte)results[0]);
        Inside(op == Op.Loop ? [] : results, depth, last);
    }

    private void Inside(ValType[] label, int depth, Action? last = null)
    {
        _labels.Add(label);
        Statements(depth - 1);
        last?.Invoke();
        _labels.RemoveAt(_labels.Count - 1);
    }

    /// <summary>A branch, a return, or unreachable, sometimes under a condition; what follows in the block is then never reached.</summary>
    private void Leave()
    {
        var depth = _random.Next(_labels.Count);
        var label = _labels[_labels.Count - 1 - depth];
        switch (_random.Next(8))
        {
            case 0:
                Values(label);
                Code.Op(Op.Br, depth);
                break;
            case 1:
                Values(_labels[0]);
                Code.Op(Op.Return);
                break;
            case 2 when OneIn(4):
                Code.Op(Op.Unreachable);
                break;
            case 3:
                var alike = Enumerable.Range(0, _labels.Count).Where(d => _labels[_labels.Count - 1 - d].SequenceEqual(label)).ToArray();
                Values(label);
                Expression(ValType.I32, 2);
                Code.Op(Op.BrTable, 3);
                for (var i = 0; i < 4; i++)
                    _body.U32(Pick(alike));
                break;
            default:
                Values(label);
                Expression(ValType.I32, 2);
                Code.Op(Op.BrIf, depth);
                foreach (var _ in label)
                    Code.Op(Op.Drop);
                break;
        }
    }

    private void Values(ValType[] types)
    {
        foreach (var type in types)
            Expression(type, 2);
    }

    private void Call(int function, ValType? wanted)
    {
        var type = _types[_functions[function].Type];
        Values(type.Parameters);
        if (OneIn(3))
        {
            Expression(ValType.I32, 1);
            Code.I32(7).Op(0x71).Op(Op.CallIndirect, _functions[function].Type);
            _body.U32(0);
        }
        else
            Code.Op(Op.Call, function);
        for (var i = type.Results.Length - 1; i >= (wanted is null ? 0 : 1); i--)
            Code.Op(Op.Drop);
    }

    private void Expression(ValType type, int depth)
    {
        var locals = Enumerable.Range(0, _locals.Length).Where(i => _locals[i] == type).ToArray();
        var choice = depth <= 0 || --_budget < -60 ? _random.Next(3) : _random.Next(20);
        switch (choice)
        {
            case 0 or 1 or 3 or 4 when locals.Length > 0:
                Code.Op(Op.LocalGet, Pick(locals));
                break;
            case 0 or 1:
                Code.Op(Op.GlobalGet, Array.IndexOf(_globals, type));
                break;
            case 2:
                Constant(_body, type);
                break;
            case 5 when locals.Length > 0:
                Expression(type, depth - 1);
                Code.Op(Op.LocalTee, Pick(locals));
                break;
            case 6:
                Expression(type, depth - 1);
                Expression(type, depth - 1);
                Expression(ValType.I32, depth - 1);
                if (OneIn(2))
                    Code.Op(Op.Select);
                else
                {
                    Code.Op(Op.SelectTyped, 1);
                    _body.U8((byte)type);
                }
                break;
            case 7 when Enumerable.Range(0, _functions.Count).Where(f => _types[_functions[f].Type].Results is [var first, ..] && first == type).ToArray()
                is { Length: > 0 } callees:
                Call(Pick(callees), type);
                break;
            case 8:
                Expression(ValType.I32, depth - 1);
                Nested(Op.If, [type], 1, () => Expression(type, depth - 1));
                Code.Op(Op.Else);
                Inside([type], 1, () => Expression(type, depth - 1));
                Code.Op(Op.End);
                break;
            case 9:
                Nested(Pick((int[])[Op.Block, Op.Loop]), [type], 1, () => Expression(type, depth - 1));
                Code.Op(Op.End);
                break;
            case 10 when type == ValType.I32:
                Odd();
                break;
            default:
                Instruction(Pick(ByResult[type]), depth);
                break;
        }
    }

    private void Instruction(int op, int depth)
    {
        var info = OpTable.Find(op)!;
        var traps = op is (>= 0x6D and <= 0x70) or (>= 0x7F and <= 0x82);
        for (var i = 0; i < info.Pops.Length; i++)
        {
            var isAddress = info.Immediate is Immediate.Memory or Immediate.MemoryLane && i == 0;
            Expression(info.Pops[i], depth - 1);
            if (isAddress && !OneIn(50))
                Code.I32(0xFFF).Op(0x71);
            else if (traps && i == 1 && !OneIn(20))
                _ = info.Pops[1] == ValType.I32 ? Code.I32(1).Op(0x72) : Code.I64(1).Op(0x84);
        }
        if (op is >= 0xA8 and <= 0xB1 and not 0xAC and not 0xAD && !OneIn(20)) // a conversion that traps: its saturating sister
            op = op < 0xAC ? Op.Fc + op - 0xA8 : Op.Fc + 4 + op - 0xAE;
        Code.Op(op);
        switch (info.Immediate)
        {
            case Immediate.Memory or Immediate.MemoryLane:
                _body.U32(_random.Next(info.Size + 1));
                _body.U32(OneIn(100) ? 70_000 : _random.Next(64));
                if (info.Immediate == Immediate.MemoryLane)
                    _body.U8((byte)_random.Next(16 >> info.Size));
                break;
            case Immediate.Lane:
                _body.U8((byte)_random.Next(info.Size));
                break;
            case Immediate.Shuffle:
                for (var i = 0; i < 16; i++)
                    _body.U8((byte)_random.Next(32));
                break;
        }
    }

    /// <summary>Sizes, growth and references.</summary>
    private void Odd()
    {
        switch (_random.Next(5))
        {
            case 0:
                Code.Op(Op.MemorySize, 0);
                break;
            case 1:
                Expression(ValType.I32, 1);
                if (!OneIn(5))
                    Code.I32(1).Op(0x71);
                Code.Op(Op.MemoryGrow, 0);
                break;
            case 2:
                Code.Op(Op.TableSize, _random.Next(2));
                break;
            case 3:
                Code.Op(Op.RefNull).Raw([(byte)ValType.FuncRef]);
                Expression(ValType.I32, 1);
                if (!OneIn(5))
                    Code.I32(1).Op(0x71);
                Code.Op(Op.TableGrow, _random.Next(2));
                break;
            default:
                Expression(ValType.I32, 1);
                Code.I32(7).Op(0x71).Op(Op.TableGet, 0).Op(Op.RefIsNull);
                break;
        }
    }

    private void Bulk()
    {
        var op = Pick((int[])[Op.MemoryInit, Op.DataDrop, Op.MemoryCopy, Op.MemoryFill, Op.TableInit, Op.ElemDrop, Op.TableCopy, Op.TableFill, Op.TableSet]);
        if (op is Op.DataDrop or Op.ElemDrop)
        {
            Code.Op(op, 1);
            return;
        }
        var mask = op is Op.MemoryCopy or Op.MemoryFill ? 0xFFF : 3;
        foreach (var isReference in op is Op.TableFill ? [false, true, false] : op is Op.TableSet ? (bool[])[false, true] : [false, false, false])
        {
            if (isReference)
            {
                Code.Op(Op.RefFunc, 0);
                continue;
            }
            Expression(ValType.I32, 1);
            if (!OneIn(30))
                Code.I32(mask).Op(0x71);
        }
        Code.Op(op);
        _body.Bytes(op switch
        {
            Op.MemoryInit => [1, 0],
            Op.MemoryCopy => [0, 0],
            Op.TableInit => [1, 0],
            Op.TableCopy => [0, 1],
            _ => (byte[])[0],
        });
    }
}
