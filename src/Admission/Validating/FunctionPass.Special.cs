using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Validating;

/// <summary>Instructions whose type depends on more than themselves.</summary>
internal sealed partial class FunctionPass
{
    private void Special(int op, int at)
    {
        switch (op)
        {
            case Op.LocalGet:
                GetLocal(Index(_locals.Count, "local"));
                break;
            case Op.LocalSet or Op.LocalTee:
                var local = Index(_locals.Count, "local");
                var value = Pop(_locals[local]);
                SetLocal(local, ref value);
                if (op == Op.LocalTee)
                    Push(value with { Type = _locals[local] });
                break;
            case Op.GlobalGet:
                Push(module.Globals[Index(module.Globals.Count, "global")].Type);
                break;
            case Op.GlobalSet:
                var global = module.Globals[Index(module.Globals.Count, "global")];
                if (!global.IsMutable)
                    throw RefusedException.Invalid(at, "A constant global is set");
                var kept = Pop(global.Type);
                Observe(ref kept);
                break;
            case Op.Drop:
                Pop();
                break;
            case Op.Select or Op.SelectTyped:
                Select(op, at);
                break;
            case Op.MemorySize:
                ZeroMemory(at);
                Push(ValType.I32);
                break;
            case Op.MemoryGrow:
                ZeroMemory(at);
                Pop(ValType.I32);
                Grow(EditKind.MemoryGrow, at, 0);
                break;
            case Op.TableGrow:
                var grown = Table();
                Pops(ValType.FuncRef, ValType.I32);
                Grow(EditKind.TableGrow, at, grown);
                break;
            case < Op.Drop:
                Control(op, at);
                break;
            default:
                Bulk(op, at);
                break;
        }
    }

    private void Bulk(int op, int at)
    {
        switch (op)
        {
            case Op.TableGet:
                Table();
                Pop(ValType.I32);
                Push(ValType.FuncRef);
                break;
            case Op.TableSet:
                Table();
                Pops(ValType.I32, ValType.FuncRef);
                break;
            case Op.TableSize:
                Table();
                Push(ValType.I32);
                break;
            case Op.TableFill:
                Table();
                Pops(ValType.I32, ValType.FuncRef, ValType.I32);
                Length(EditKind.BulkElements, at);
                break;
            case Op.TableCopy:
                Table();
                Table();
                Bulk(EditKind.BulkElements, at);
                break;
            case Op.TableInit:
                Index(module.Elements, "element segment");
                Table();
                Bulk(EditKind.BulkElements, at);
                break;
            case Op.ElemDrop:
                Index(module.Elements, "element segment");
                break;
            case Op.MemoryInit:
                Data(at);
                ZeroMemory(at);
                Bulk(EditKind.BulkBytes, at);
                break;
            case Op.DataDrop:
                Data(at);
                break;
            case Op.MemoryCopy:
                ZeroMemory(at);
                ZeroMemory(at);
                Bulk(EditKind.BulkBytes, at);
                break;
            case Op.MemoryFill:
                ZeroMemory(at);
                Bulk(EditKind.BulkBytes, at);
                break;
            case Op.RefNull:
                var (place, type) = (_in.Position, ValTypes.ReadHeap(ref _in));
                Push(type == ValType.FuncRef ? type : throw RefusedException.Invalid(place, $"There is no reference of type {type}"));
                break;
            case Op.RefIsNull:
                Pop(ValType.FuncRef);
                Push(ValType.I32);
                break;
            case Op.RefFunc:
                if (!module.Declared.Contains((uint)Index(module.Functions.Count, "function")))
                    throw RefusedException.Invalid(at, "A reference to a function is not declared");
                Push(ValType.FuncRef);
                break;
            default:
                throw new InvalidOperationException($"Instruction 0x{op:x} has no validation.");
        }
    }

    private void Grow(EditKind kind, int at, int table)
    {
        Change(kind, at, table, _in.Position - at);
        _facts.HasCalls |= _deadDepth == 0;
        Push(ValType.I32);
    }

    private void Select(int op, int at)
    {
        var type = ValType.Bottom;
        if (op == Op.SelectTyped)
        {
            if (_in.U32() != 1)
                throw RefusedException.Invalid(at, "A select has other than one type");
            type = ValTypes.Read(ref _in);
        }
        Pop(ValType.I32);
        var second = type == ValType.Bottom ? Pop() : Pop(type);
        var first = type == ValType.Bottom ? Pop() : Pop(type);
        if (op == Op.Select)
        {
            type = first.Type == ValType.Bottom ? second.Type : first.Type;
            if (type == ValType.FuncRef || (second.Type != type && second.Type != ValType.Bottom))
                throw RefusedException.Invalid(at, "A select without a type has two types, or references");
        }
        if (!type.IsFloat() || _deadDepth != 0)
            Push(type);
        else if (first.Nans == Nans.Never && second.Nans == Nans.Never)
            Push(type, Nans.Never);
        else
            PushMoved(type, first.Nans == Nans.Wild32 || second.Nans == Nans.Wild32 ? 32 : 64, ref first, ref second, both: true);
    }
}
