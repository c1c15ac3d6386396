using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Validating;

namespace AkkaCompute.Admission.Writing;

/// <summary>Writes an admitted module: the sections of the module, with what admission changes and adds.</summary>
internal sealed class ModuleWriter(ModuleInfo module, Rewrites rewrites, int version)
{
    private const byte Custom = 0, Types = 1, Imports = 2, Functions = 3, Tables = 4, Memories = 5, Globals = 6, Exports = 7, Elements = 9,
        Code = 10,
        Data = 11, DataCount = 12;

    private const byte Mutable = 1, GlobalExport = 3, FunctionExport = 0;

    private readonly Additions _additions = new(module);
    private readonly long _limit = ((long)AdmissionLimits.Growth * module.Bytes.Length) + AdmissionLimits.GrowthBytes;

    public byte[] Write(FunctionPass pass, IReadOnlyList<FunctionFacts> facts)
    {
        var metered = (rewrites & Rewrites.Metering) != 0;
        var added = metered ? _additions.Functions().ToList() : [];
        var code = Bodies(pass, facts, added);
        var all = new ByteWriter(_limit);
        all.Bytes([0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0]);
        Extended(all, Types, _additions.NewTypes.Count, AddTypes);
        Same(all, Imports);
        Extended(all, Functions, added.Count, w => added.ForEach(f => w.U32(f.Type)));
        if (metered)
        {
            Limits(all);
            Extended(all, Globals, 4, AddGlobals);
            Extended(all, Exports, module.StartFunction is null ? 3 : 4, AddExports);
        }
        else
        {
            Same(all, Tables);
            Same(all, Memories);
            Same(all, Globals);
            Extended(all, Exports, module.StartFunction is null ? 0 : 1, AddStart);
        }
        Same(all, Elements);
        Same(all, DataCount);
        if (module.Bodies.Count + added.Count > 0)
        {
            all.U8(Code);
            all.Sized(code);
        }
        Same(all, Data);
        Names(all);
        return all.Written.ToArray();
    }

    private ByteWriter Bodies(FunctionPass pass, IReadOnlyList<FunctionFacts> facts, List<(int Type, byte[] Body)> added)
    {
        var code = new ByteWriter(_limit);
        var writer =
            new FunctionWriter(module, pass, new StackWeights(facts, pass.Callees, module.ImportedFunctions), _additions, rewrites);
        code.U32(facts.Count + added.Count);
        for (var i = 0; i < facts.Count; i++)
            code.Sized(writer.Write(module.ImportedFunctions + i, facts[i]));
        foreach (var (_, body) in added)
        {
            code.U32(body.Length);
            code.Bytes(body);
        }
        return code;
    }

    private Section? Find(byte id)
    {
        foreach (var section in module.Sections)
            if (section.Id == id)
                return section;
        return null;
    }

    private void Same(ByteWriter all, byte id)
    {
        if (Find(id) is not { } section)
            return;
        all.U8(id);
        all.U32(section.End - section.Start);
        all.Bytes(module.Bytes.AsSpan(section.Start, section.End - section.Start));
    }

    /// <summary>A section that counts its items, with more of them behind.</summary>
    private void Extended(ByteWriter all, byte id, int more, Action<ByteWriter> add)
    {
        var section = Find(id);
        if (section is null && more == 0)
            return;
        var content = new ByteWriter(_limit);
        var reader = new ByteReader(module.Bytes, section?.Start ?? 0, section?.End ?? 0);
        content.U32((section is null ? 0 : reader.U32()) + (uint)more);
        if (section is not null)
            content.Bytes(reader.Between(reader.Position, reader.End));
        add(content);
        all.U8(id);
        all.Sized(content);
    }

    private void AddTypes(ByteWriter to)
    {
        foreach (var type in _additions.NewTypes)
        {
            to.U8(0x60);
            foreach (var list in (ValType[][])[type.Parameters, type.Results])
            {
                to.U32(list.Length);
                foreach (var value in list)
                    to.U8((byte)value);
            }
        }
    }

    private void Limits(ByteWriter all)
    {
        var tables = new ByteWriter(_limit);
        tables.U32(module.Tables.Count);
        foreach (var table in module.Tables)
        {
            tables.U8((byte)ValType.FuncRef);
            tables.U8(1);
            tables.U32(table.Minimum);
            tables.U32(Additions.MaximumOf(table));
        }
        if (module.Tables.Count > 0)
        {
            all.U8(Tables);
            all.Sized(tables);
        }
        if (!module.HasMemory)
            return;
        var memory = new ByteWriter(_limit);
        memory.U32(1);
        memory.U8(1);
        memory.U32(module.MemoryMinimum);
        memory.U32(module.MemoryMaximum ?? AdmissionLimits.MemoryPages);
        all.U8(Memories);
        all.Sized(memory);
    }

    private void AddGlobals(ByteWriter to)
    {
        var code = new CodeWriter(to);
        var stack = version == 1 ? AdmissionLimits.StackBytesOfVersion1 : AdmissionLimits.StackBytes;
        foreach (var (type, value) in (ReadOnlySpan<(ValType, long)>)[(ValType.I64, 0), (ValType.I64, stack), (ValType.I32, 0),
            (ValType.I32, module.MemoryMaximum ?? AdmissionLimits.MemoryPages)])
        {
            to.U8((byte)type);
            to.U8(Mutable);
            _ = type == ValType.I64 ? code.I64(value) : code.I32((int)value);
            code.Op(Op.End);
        }
    }

    private void AddExports(ByteWriter to)
    {
        foreach (var (name, global) in (ReadOnlySpan<(string, int)>)[
            (HostNames.Fuel, _additions.Fuel), (HostNames.End, _additions.End), (HostNames.Pages, _additions.Pages)])
        {
            to.Name(name);
            to.U8(GlobalExport);
            to.U32(global);
        }
        AddStart(to);
    }

    private void AddStart(ByteWriter to)
    {
        if (module.StartFunction is not { } start)
            return;
        to.Name(HostNames.Start);
        to.U8(FunctionExport);
        to.U32(start);
    }

    /// <summary>Keeps the names of functions, alone of the custom sections: a trap's backtrace shows them.</summary>
    private void Names(ByteWriter all)
    {
        foreach (var section in module.Sections)
        {
            if (section.Id != Custom || new ByteReader(module.Bytes, section.Start, section.End).Name() != "name")
                continue;
            all.U8(Custom);
            all.U32(section.End - section.Start);
            all.Bytes(module.Bytes.AsSpan(section.Start, section.End - section.Start));
            return;
        }
    }
}
