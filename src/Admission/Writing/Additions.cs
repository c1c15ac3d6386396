using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Writing;

/// <summary>Types, globals and functions that admission adds behind the module's own, so that no index of the module changes.</summary>
internal sealed class Additions
{
    private readonly ModuleInfo _module;
    private readonly Dictionary<FuncType, int> _types = [];
    private readonly int _firstFunction;

    public Additions(ModuleInfo module)
    {
        _module = module;
        for (var i = 0; i < module.Types.Count; i++)
            _types.TryAdd(module.Types[i], i);
        _firstFunction = module.Functions.Count;
        (Fuel, Stack, End, Pages) = (module.Globals.Count, module.Globals.Count + 1, module.Globals.Count + 2, module.Globals.Count + 3);
    }

    // Globals.
    public int Fuel { get; }
    public int Stack { get; }
    public int End { get; }
    public int Pages { get; }

    // Functions.
    public int StopFunction => _firstFunction;
    public int GrowFunction => _firstFunction + 1;

    public int GrowTableFunction(int table) => _firstFunction + 2 + table;

    /// <summary>Types that are not the module's own, in order.</summary>
    public List<FuncType> NewTypes { get; } = [];

    /// <summary>The types of the added functions, in order; they come with their bodies.</summary>
    public IEnumerable<(int Type, byte[] Body)> Functions()
    {
        yield return (TypeOf([], []), Body(Stop));
        yield return (TypeOf([ValType.I32], [ValType.I32]), Body(_module.HasMemory ? Grow : Unreachable));
        for (var table = 0; table < _module.Tables.Count; table++)
        {
            var at = table;
            yield return (TypeOf([ValType.FuncRef, ValType.I32], [ValType.I32]), Body(code => GrowTable(code, at)));
        }
    }

    /// <summary>The index of a type, which is added where it is not there.</summary>
    public int TypeOf(ValType[] parameters, ValType[] results)
    {
        var type = new FuncType(parameters, results);
        if (_types.TryGetValue(type, out var index))
            return index;
        index = _module.Types.Count + NewTypes.Count;
        _types.Add(type, index);
        NewTypes.Add(type);
        return index;
    }

    /// <summary>Elements that a table may have.</summary>
    public static uint MaximumOf(TableInfo table) =>
        Math.Min(table.Maximum ?? AdmissionLimits.TableElements, AdmissionLimits.TableElements);

    private static byte[] Body(Action<CodeWriter> write)
    {
        var bytes = new ByteWriter(AdmissionLimits.BodyBytes);
        bytes.U32(0);
        write(new CodeWriter(bytes));
        bytes.U8(Op.End);
        return bytes.Written.ToArray();
    }

    private static void Unreachable(CodeWriter code) => code.Op(Op.Unreachable);

    private void Stop(CodeWriter code)
    {
        code.Op(Op.GlobalGet, Stack).I64(0).Op(Op.I64LtS).If(ValType.I32).I32((int)AdmittedEnd.TooDeep).Op(Op.Else)
            .I32((int)AdmittedEnd.OutOfFuel).Op(Op.End).Op(Op.GlobalSet, End).Op(Op.Unreachable);
    }

    /// <summary>
    /// Fails, without charge, where the limit says so; what only the engine has no memory for says nothing about the module.
    /// </summary>
    private void Grow(CodeWriter code)
    {
        code.Op(Op.LocalGet, 0).Op(Op.GlobalGet, Pages).Op(Op.MemorySize, 0).Op(Op.I32Sub).Op(Op.I32GtU).If().I32(-1).Op(Op.Return)
            .Op(Op.End);
        code.Op(Op.GlobalGet, Fuel).Op(Op.LocalGet, 0).Op(Op.I64ExtendI32U).I64(Charges.PageShift).Op(Op.I64Shl).Op(Op.I64Sub)
            .Op(Op.GlobalSet, Fuel);
        Look(code);
        code.Op(Op.LocalGet, 0).Op(Op.MemoryGrow, 0);
        HostMemory(code, 0);
    }

    private void GrowTable(CodeWriter code, int table)
    {
        code.Op(Op.LocalGet, 1).I32((int)MaximumOf(_module.Tables[table])).Op(Op.TableSize, table).Op(Op.I32Sub).Op(Op.I32GtU).If().I32(-1)
            .Op(Op.Return)
            .Op(Op.End);
        // An engine may copy the whole table.
        code.Op(Op.GlobalGet, Fuel).Op(Op.LocalGet, 1).Op(Op.I64ExtendI32U).Op(Op.I64Sub).Op(Op.TableSize, table).Op(Op.I64ExtendI32U)
            .Op(Op.I64Sub)
            .Op(Op.GlobalSet, Fuel);
        Look(code);
        code.Op(Op.LocalGet, 0).Op(Op.LocalGet, 1).Op(Op.TableGrow, table);
        HostMemory(code, 1);
    }

    private void Look(CodeWriter code) =>
        code.Op(Op.GlobalGet, Fuel).I64(0).Op(Op.I64LtS).If().Op(Op.Call, StopFunction).Op(Op.Unreachable).Op(Op.End);

    private void HostMemory(CodeWriter code, int local) =>
        code.Op(Op.LocalTee, local).I32(-1).Op(Op.I32Eq).If().I32((int)AdmittedEnd.HostMemory).Op(Op.GlobalSet, End).Op(Op.Unreachable)
            .Op(Op.End)
            .Op(Op.LocalGet, local);
}
