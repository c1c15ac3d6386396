using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>Imports, tables, memories, globals, exports and segments.</summary>
internal sealed partial class ModuleReader
{
    private const int FunctionKind = 0, TableKind = 1, MemoryKind = 2, GlobalKind = 3, TagKind = 4;

    private void Imports(ref ByteReader r)
    {
        for (var n = r.Count("imports", AdmissionLimits.Imports); n > 0; n--)
        {
            var (module, name) = (r.Name(), r.Name());
            var at = r.Position;
            var kind = r.U8();
            if (kind == TagKind)
                throw Features.Refuse(Feature.Exceptions, at);
            if (kind > TagKind)
                throw RefusedException.Invalid(at, $"An import of kind {kind} is none");
            if (kind != FunctionKind || module != WasiImports.Module || !WasiImports.All.TryGetValue(name, out var type))
                throw new RefusedException(AdmissionCause.Import,
                    $"The module imports '{Shown.Name(module)}.{Shown.Name(name)}': only functions of '{WasiImports.Module}' may be "
                    + $"imported. {Features.Imports}");
            var index = TypeIndex(ref r);
            if (!_module.Types[index].Equals(type))
                throw new RefusedException(AdmissionCause.Import,
                    $"The module imports '{module}.{name}' with other parameters or results than WASI preview 1 gives it. "
                    + $"{Features.Imports}");
            _module.Functions.Add(index);
            _module.ImportedFunctions++;
        }
    }

    private void Tables(ref ByteReader r)
    {
        for (var n = r.Count("tables", AdmissionLimits.Tables); n > 0; n--)
        {
            var at = r.Position;
            if (r.U8() is var type and not (byte)ValType.FuncRef)
                throw type == 0x40 ? Features.Refuse(Feature.GarbageCollection, at)
                    : RefusedException.Invalid(at, $"{ValTypes.Of(type, at)} is no type of a table");
            var (minimum, maximum) = Limits(ref r, uint.MaxValue, "table");
            if (minimum > AdmissionLimits.TableElements)
                throw RefusedException.Limit("elements of a table", minimum, AdmissionLimits.TableElements);
            _module.Tables.Add(new TableInfo(minimum, maximum));
        }
    }

    private void Memories(ref ByteReader r)
    {
        var (at, count) = (r.Position, r.Count("memories", int.MaxValue));
        if (count > 1)
            throw Features.Refuse(Feature.SeveralMemories, at);
        if (count == 0)
            return;
        var (minimum, maximum) = Limits(ref r, AdmissionLimits.MemoryPages, "memory");
        (_module.HasMemory, _module.MemoryMinimum, _module.MemoryMaximum) = (true, minimum, maximum);
    }

    private static (uint Minimum, uint? Maximum) Limits(ref ByteReader r, uint most, string what)
    {
        var at = r.Position;
        var flags = r.U8();
        if (flags > 1)
            throw (flags & 2) != 0 && flags < 8 ? Features.Refuse(Feature.Threads, at)
                : (flags & 4) != 0 && flags < 8 ? Features.Refuse(Feature.Memory64, at)
                : flags is >= 8 and < 16 ? Features.Refuse(Feature.CustomPageSizes, at)
                : RefusedException.Invalid(at, $"The limits of a {what} have unknown flags");
        var minimum = r.U32();
        uint? maximum = flags == 1 ? r.U32() : null;
        if (minimum > most || maximum > most || maximum < minimum)
            throw RefusedException.Invalid(at, $"The limits of a {what} are none: {minimum} to {maximum?.ToString() ?? "any"}");
        return (minimum, maximum);
    }

    private void Globals(ref ByteReader r)
    {
        for (var n = r.Count("globals", AdmissionLimits.Globals); n > 0; n--)
        {
            var type = ValTypes.Read(ref r);
            var at = r.Position;
            if (r.U8() is var mutable && mutable > 1)
                throw (mutable & 2) != 0
                    ? Features.Refuse(Feature.Threads, at)
                    : RefusedException.Invalid(at, "A global is neither constant nor mutable");
            Constant(ref r, type);
            _module.Globals.Add(new GlobalInfo(type, mutable == 1));
        }
    }

    /// <summary>One constant and an end: no globals are imported, so that there is no other expression.</summary>
    private void Constant(ref ByteReader r, ValType type)
    {
        var at = r.Position;
        var op = Op.Read(ref r);
        ValType actual;
        switch (op)
        {
            case Op.I32Const:
                r.Signed(32);
                actual = ValType.I32;
                break;
            case Op.I64Const:
                r.Signed(64);
                actual = ValType.I64;
                break;
            case Op.F32Const:
                r.Skip(4);
                actual = ValType.F32;
                break;
            case Op.F64Const:
                r.Skip(8);
                actual = ValType.F64;
                break;
            case Op.V128Const:
                r.Skip(16);
                actual = ValType.V128;
                break;
            case Op.RefNull:
                actual = ValTypes.ReadHeap(ref r);
                break;
            case Op.RefFunc:
                _module.Declared.Add(FunctionIndex(ref r));
                actual = ValType.FuncRef;
                break;
            case Op.GlobalGet or (>= 0x6A and <= 0x6C) or (>= 0x7C and <= 0x7E):
                throw Features.Refuse(Feature.ExtendedConstants, at);
            default:
                throw RefusedException.Invalid(at, "This is no constant");
        }
        if (op == Op.RefNull && actual != ValType.FuncRef || actual != type)
            throw RefusedException.Invalid(at, $"The constant is a {actual}, not a {type}");
        at = r.Position;
        if (Op.Read(ref r) is not Op.End)
            throw Features.Refuse(Feature.ExtendedConstants, at);
    }

    private uint FunctionIndex(ref ByteReader r)
    {
        var (at, index) = (r.Position, r.U32());
        return index < (uint)_module.Functions.Count ? index : throw RefusedException.Invalid(at, $"There is no function {index}");
    }

    private void Exports(ref ByteReader r)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var (start, memory) = (false, false);
        for (var n = r.Count("exports", AdmissionLimits.Exports); n > 0; n--)
        {
            var at = r.Position;
            var name = r.Name();
            if (!names.Add(name))
                throw RefusedException.Invalid(at, $"The module exports '{Shown.Name(name)}' twice");
            if (name.StartsWith(HostNames.Prefix, StringComparison.Ordinal))
                throw new RefusedException(AdmissionCause.ReservedName,
                    $"The module exports '{Shown.Name(name)}': names that begin with '{HostNames.Prefix}' are the host's. Give it another "
                    + "name; where it was admitted already, put the module that went into that.");
            at = r.Position;
            var (kind, index) = (r.U8(), r.U32());
            var count = kind switch
            {
                FunctionKind => _module.Functions.Count,
                TableKind => _module.Tables.Count,
                MemoryKind => _module.HasMemory ? 1 : 0,
                GlobalKind => _module.Globals.Count,
                TagKind => throw Features.Refuse(Feature.Exceptions, at),
                _ => throw RefusedException.Invalid(at, $"An export of kind {kind} is none"),
            };
            if (index >= (uint)count)
                throw RefusedException.Invalid(at, $"The module exports '{Shown.Name(name)}', which is not there");
            if (kind == FunctionKind)
                _module.Declared.Add(index);
            if (name == "_start" && kind == FunctionKind)
                start = _module.TypeOf((int)index) is { Parameters: [], Results: [] }
                    ? true
                    : throw new RefusedException(AdmissionCause.Shape,
                    $"The module's function '_start' must have no parameters and no results. {Features.Command}");
            memory |= name == "memory" && kind == MemoryKind;
            _module.Exports++;
        }
        (_module.ExportsStart, _module.ExportsMemory) = (start, memory);
    }

    private void Start(ref ByteReader r)
    {
        var at = r.Position;
        var function = (int)FunctionIndex(ref r);
        if (_module.TypeOf(function) is not { Parameters: [], Results: [] })
            throw RefusedException.Invalid(at, "The start function has parameters or results");
        _module.StartFunction = function;
    }

    private void Elements(ref ByteReader r)
    {
        for (var n = r.Count("element segments", AdmissionLimits.ElementSegments); n > 0; n--, _module.Elements++)
        {
            var at = r.Position;
            var flags = r.U32();
            if (flags > 7)
                throw RefusedException.Invalid(at, $"An element segment of kind {flags} is none");
            var (isActive, hasIndex, hasExpressions) = ((flags & 1) == 0, (flags & 2) != 0, (flags & 4) != 0);
            if (isActive)
            {
                var table = hasIndex ? r.U32() : 0;
                if (table >= (uint)_module.Tables.Count)
                    throw RefusedException.Invalid(at, $"There is no table {table}");
                Constant(ref r, ValType.I32);
            }
            if ((flags & 3) != 0)
            {
                at = r.Position;
                if (hasExpressions ? ValTypes.Read(ref r) != ValType.FuncRef : r.U8() != 0)
                    throw RefusedException.Invalid(at, "An element segment has no functions");
            }
            for (var count = r.Count("elements of a segment", AdmissionLimits.SegmentElements); count > 0; count--)
                if (hasExpressions)
                    Constant(ref r, ValType.FuncRef);
                else
                    _module.Declared.Add(FunctionIndex(ref r));
        }
    }

    private void Data(ref ByteReader r)
    {
        _hasData = true;
        var (at, count) = (r.Position, r.Count("data segments", AdmissionLimits.DataSegments));
        if (_module.DataCount is { } announced && announced != count)
            throw RefusedException.Invalid(at, "There are not as many data segments as announced");
        for (; count > 0; count--)
        {
            at = r.Position;
            var flags = r.U32();
            if (flags > 2)
                throw RefusedException.Invalid(at, $"A data segment of kind {flags} is none");
            if (flags == 2 && r.U32() != 0)
                throw Features.Refuse(Feature.SeveralMemories, at);
            if (flags != 1)
            {
                if (!_module.HasMemory)
                    throw RefusedException.Invalid(at, "There is no memory for a data segment");
                Constant(ref r, ValType.I32);
            }
            r.Skip(r.Count("bytes of data", int.MaxValue));
        }
    }
}
