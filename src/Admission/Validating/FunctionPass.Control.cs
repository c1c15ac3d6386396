using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Validating;

/// <summary>Blocks, branches and calls.</summary>
internal sealed partial class FunctionPass
{
    private void Control(int op, int at)
    {
        switch (op)
        {
            case Op.Unreachable:
                SetUnreachable();
                break;
            case Op.Nop:
                break;
            case Op.Block or Op.Loop or Op.If:
                var type = BlockType();
                if (op == Op.If)
                    Pop(ValType.I32);
                Observe(type.Parameters);
                PushFrame(op, type.Parameters, type.Results);
                if (_deadDepth == 0 && op != Op.Block)
                    OpenBlock(op == Op.Loop ? EditKind.LoopHead : EditKind.Charge);
                _facts.HasLoops |= _deadDepth == 0 && op == Op.Loop;
                break;
            case Op.Else:
                Else(at);
                break;
            case Op.End:
                End(at);
                break;
            case Op.Br:
                Observe(Label(_in.U32()).Label);
                SetUnreachable();
                break;
            case Op.BrIf:
                var depth = _in.U32();
                Pop(ValType.I32);
                var label = Label(depth).Label;
                Observe(label);
                Push(label);
                if (_deadDepth == 0)
                    OpenBlock();
                break;
            case Op.BrTable:
                BranchTable(at);
                break;
            case Op.Return:
                Observe(_frames[0].Results);
                Change(EditKind.Return, at, _depth - 1, length: 1);
                _facts.LeavesEarly |= _deadDepth == 0;
                SetUnreachable();
                break;
            case Op.Call:
                var function = Index(module.Functions.Count, "function");
                if (_deadDepth == 0 && function < module.ImportedFunctions)
                    _cost += Charges.HostCall;
                else if (_deadDepth == 0)
                    _callees.Add(function);
                Call(module.TypeOf(function), at);
                break;
            case Op.CallIndirect:
                var called = module.Types[Index(module.Types.Count, "type")];
                Table();
                Pop(ValType.I32);
                _facts.HasIndirectCalls |= _deadDepth == 0;
                Call(called, at);
                break;
            default:
                throw new InvalidOperationException($"Instruction 0x{op:x} has no validation.");
        }
    }

    private void Call(FuncType type, int at)
    {
        Observe(type.Parameters);
        Change(EditKind.BeforeCall, at);
        Change(EditKind.AfterCall, _in.Position);
        _facts.HasCalls |= _deadDepth == 0;
        Push(type.Results);
    }

    private void Else(int at)
    {
        if (Top.Op != Op.If)
            throw RefusedException.Invalid(at, "An else has no if");
        EndUnreachable(at);
        var frame = PopFrame();
        PushFrame(Op.Else, frame.Parameters, frame.Results);
        Top.IsTargeted = frame.IsTargeted;
        if (_deadDepth == 0)
            OpenBlock();
    }

    private void End(int at)
    {
        var wasDead = EndUnreachable(at);
        var frame = PopFrame();
        if (frame.Op == Op.If && !frame.Parameters.AsSpan().SequenceEqual(frame.Results))
            throw RefusedException.Invalid(at, "An if without else does not leave what it takes");
        if (_depth == 0)
            return;
        Push(frame.Results);
        if (_deadDepth == 0 && (wasDead || frame.IsTargeted || frame.Op is Op.If or Op.Else) && !(frame.Op == Op.Loop && !wasDead))
            OpenBlock();
    }

    private void BranchTable(int at)
    {
        Pop(ValType.I32);
        var count = _in.Count("labels of a table", AdmissionLimits.TableLabels);
        // The default comes last, but decides how many values all take.
        var labels = new uint[count + 1];
        for (var i = 0; i <= count; i++)
            labels[i] = _in.U32();
        var most = Label(labels[count]).Label;
        ValType[]? checkedLast = null;
        foreach (var depth in labels.AsSpan(0, count))
        {
            var label = Label(depth).Label;
            if (label.Length != most.Length)
                throw RefusedException.Invalid(at, "Labels of a table take different numbers of values");
            if (ReferenceEquals(label, checkedLast))
                continue;
            Peek(label);
            checkedLast = label;
        }
        Observe(most);
        SetUnreachable();
    }

    /// <summary>Looks whether values of these types are on top, and leaves them.</summary>
    private void Peek(ValType[] types)
    {
        var known = _top - Top.Height;
        for (var i = 0; i < types.Length; i++)
        {
            var fromTop = types.Length - 1 - i;
            if (fromTop >= known)
            {
                if (!Top.IsUnreachable)
                    throw RefusedException.Invalid(_in.Position, "The stack is empty where a value is needed");
                continue;
            }
            var has = _stack[_top - 1 - fromTop].Type;
            if (has != types[i] && has != ValType.Bottom)
                throw RefusedException.Invalid(_in.Position, $"A {has} is on the stack where a {types[i]} is needed");
        }
    }
}
