using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Validating;

namespace AkkaCompute.Admission.Writing;

/// <summary>
/// Writes a function's body with its edits. Fuel lies in a global, and in a local while the function runs; the local goes back to the
/// global at loop heads and before calls, and is read again after them. A function that leaves early is put into a block, so that it has
/// one end.
/// </summary>
internal sealed class FunctionWriter(ModuleInfo module, FunctionPass pass, StackWeights weights, Additions additions, Rewrites rewrites)
{
    private static readonly ValType[] NanTypes = [ValType.Bottom, ValType.F32, ValType.F64, ValType.V128, ValType.V128];

    private readonly ByteWriter _body = new(AdmissionLimits.BodyBytes);
    private readonly Dictionary<ValType, int> _temporaries = [];
    private readonly List<ValType> _added = [];
    private FunctionFacts _facts;
    private int _fuel, _length;
    private CodeWriter Code => new(_body);

    /// <summary>The body of a function.</summary>
    /// <param name="function">Its index among all, imported ones included.</param>
    public ByteWriter Write(int function, in FunctionFacts facts)
    {
        _facts = facts;
        _body.Clear();
        _added.Clear();
        _temporaries.Clear();
        var metered = (rewrites & Rewrites.Metering) != 0;
        var weighed = metered && weights.IsWeighed(function);
        var cost = Scan();
        var isLeaf = !facts.HasCalls && !facts.HasLoops && !facts.HasBulk;
        var hasFuel = metered && (weighed || !isLeaf || cost != facts.EntryCost);
        _fuel = hasFuel ? Local(ValType.I64) : 0;
        var stack = weighed ? Local(ValType.I64) : 0;
        _length = hasFuel && facts.HasBulk ? Local(ValType.I32) : 0;
        Locals(module.Bodies[function - module.ImportedFunctions]);
        var isLooked = !isLeaf || cost > Charges.Unlooked;
        if (weighed)
            EnterWeighed(stack);
        else if (hasFuel)
            Enter(isLooked);
        else if (metered && cost > 0)
            Pay(isLooked);
        var isWrapped = hasFuel && facts.LeavesEarly;
        if (isWrapped)
            Code.Block(module.TypeOf(function).Results, additions);
        Edits(module.Bodies[function - module.ImportedFunctions].End - 1, hasFuel);
        if (isWrapped)
            Code.Op(Op.End);
        if (hasFuel)
            Code.Op(Op.LocalGet, _fuel).Op(Op.GlobalSet, additions.Fuel);
        if (weighed)
            Code.Op(Op.LocalGet, stack).I64(facts.FrameBytes).Op(Op.I64Add).Op(Op.GlobalSet, additions.Stack);
        Code.Op(Op.End);
        return _body;
    }

    /// <summary>What all basic blocks cost together; and it takes the locals that canonical NaNs need.</summary>
    private long Scan()
    {
        long cost = _facts.EntryCost;
        for (var i = _facts.FirstEdit; i < _facts.EndEdit; i++)
        {
            var edit = pass.Edits[i];
            if (edit.Kind is EditKind.Charge or EditKind.LoopHead)
                cost += edit.Argument;
            else if (edit.Kind == EditKind.Canonical && (rewrites & Rewrites.CanonicalNans) != 0 && NanTypes[(int)edit.Shape] is var type
                && !_temporaries.ContainsKey(type))
                _temporaries.Add(type, Local(type));
        }
        return cost;
    }

    private int Local(ValType type)
    {
        _added.Add(type);
        return _facts.Locals + _added.Count - 1;
    }

    private void Locals(Body body)
    {
        var reader = new ByteReader(module.Bytes, body.Start, _facts.CodeStart);
        _body.U32(reader.U32() + (uint)_added.Count);
        _body.Bytes(reader.Between(reader.Position, _facts.CodeStart));
        foreach (var type in _added)
        {
            _body.U32(1);
            _body.U8((byte)type);
        }
    }

    private void EnterWeighed(int stack)
    {
        Code.Op(Op.GlobalGet, additions.Stack).I64(_facts.FrameBytes).Op(Op.I64Sub).Op(Op.LocalTee, stack)
            .Op(Op.GlobalSet, additions.Stack);
        Code.Op(Op.GlobalGet, additions.Fuel).I64(_facts.EntryCost).Op(Op.I64Sub).Op(Op.LocalTee, _fuel).Op(Op.LocalGet, stack)
            .Op(Op.I64Or);
        StopBelowZero();
    }

    private void Enter(bool isLooked)
    {
        Code.Op(Op.GlobalGet, additions.Fuel).I64(_facts.EntryCost).Op(Op.I64Sub).Op(isLooked ? Op.LocalTee : Op.LocalSet, _fuel);
        if (isLooked)
            StopBelowZero();
    }

    /// <summary>One basic block without calls: fuel needs no local.</summary>
    private void Pay(bool isLooked)
    {
        Code.Op(Op.GlobalGet, additions.Fuel).I64(_facts.EntryCost).Op(Op.I64Sub).Op(Op.GlobalSet, additions.Fuel);
        if (!isLooked)
            return;
        Code.Op(Op.GlobalGet, additions.Fuel);
        StopBelowZero();
    }

    private void StopBelowZero() =>
        Code.I64(0).Op(Op.I64LtS).If().Op(Op.Call, additions.StopFunction).Op(Op.Unreachable).Op(Op.End);

    private void Edits(int end, bool hasFuel)
    {
        var from = _facts.CodeStart;
        for (var i = _facts.FirstEdit; i < _facts.EndEdit; i++)
        {
            var edit = pass.Edits[i];
            var isFuel = edit.Kind is not (EditKind.Canonical or EditKind.MaybeCanonical or EditKind.Drop);
            if (isFuel && !hasFuel)
                continue; // return and growth stay as they are; there is nothing to charge
            if (edit.At > from)
                Code.Raw(module.Bytes.AsSpan(from, edit.At - from));
            from = edit.At + edit.Length;
            if (edit.Kind == EditKind.Drop)
                from += edit.Argument;
            else
                Write(edit);
        }
        Code.Raw(module.Bytes.AsSpan(from, end - from));
    }

    private void Write(in Edit edit)
    {
        switch (edit.Kind)
        {
            case EditKind.Canonical when (rewrites & Rewrites.CanonicalNans) != 0:
                Canonical(edit.Shape);
                break;
            case EditKind.Charge when edit.Argument > 0:
                Code.Op(Op.LocalGet, _fuel).I64(edit.Argument).Op(Op.I64Sub).Op(Op.LocalSet, _fuel);
                break;
            case EditKind.LoopHead:
                Code.Op(Op.LocalGet, _fuel).I64(edit.Argument).Op(Op.I64Sub).Op(Op.LocalTee, _fuel).Op(Op.GlobalSet, additions.Fuel);
                Code.Op(Op.LocalGet, _fuel);
                StopBelowZero();
                break;
            case EditKind.BeforeCall:
                Code.Op(Op.LocalGet, _fuel).Op(Op.GlobalSet, additions.Fuel);
                break;
            case EditKind.AfterCall:
                Code.Op(Op.GlobalGet, additions.Fuel).Op(Op.LocalSet, _fuel);
                break;
            case EditKind.BulkBytes or EditKind.BulkElements:
                Code.Op(Op.LocalTee, _length).Op(Op.LocalGet, _fuel).Op(Op.LocalGet, _length).Op(Op.I64ExtendI32U);
                if (edit.Kind == EditKind.BulkBytes)
                    Code.I64(Charges.BytesShift).Op(Op.I64ShrU);
                Code.Op(Op.I64Sub).Op(Op.LocalTee, _fuel);
                StopBelowZero();
                break;
            case EditKind.MemoryGrow or EditKind.TableGrow:
                var function = edit.Kind == EditKind.MemoryGrow ? additions.GrowFunction : additions.GrowTableFunction(edit.Argument);
                Code.Op(Op.LocalGet, _fuel).Op(Op.GlobalSet, additions.Fuel).Op(Op.Call, function).Op(Op.GlobalGet, additions.Fuel)
                    .Op(Op.LocalSet, _fuel);
                break;
            case EditKind.Return:
                Code.Op(Op.Br, edit.Argument);
                break;
        }
    }

    /// <summary>The value on top stays where it equals itself; where it does not, the canonical NaN takes its place.</summary>
    private void Canonical(NanShape shape)
    {
        var local = _temporaries[NanTypes[(int)shape]];
        Code.Op(Op.LocalTee, local).Raw(CanonicalNans.Constant(shape)).Op(Op.LocalGet, local).Op(Op.LocalGet, local);
        Code.Op(shape switch
        {
            NanShape.F32 => Op.F32Eq,
            NanShape.F64 => Op.F64Eq,
            NanShape.F32x4 => Op.F32x4Eq,
            _ => Op.F64x2Eq,
        });
        Code.Op(shape is NanShape.F32 or NanShape.F64 ? Op.Select : Op.V128Bitselect);
    }
}
