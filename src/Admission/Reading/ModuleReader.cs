using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission.Reading;

/// <summary>
/// Reads a module's sections in the order that the binary format prescribes, strictly; bodies of functions are left for later.
/// </summary>
internal sealed partial class ModuleReader
{
    private const int Custom = 0, TypeSection = 1, ImportSection = 2, FunctionSection = 3, TableSection = 4, MemorySection = 5,
        GlobalSection = 6,
        ExportSection = 7, StartSection = 8, ElementSection = 9, CodeSection = 10, DataSection = 11, DataCountSection = 12, TagSection = 13;

    private readonly ModuleInfo _module;
    private ByteReader _in;
    private bool _hasCode, _hasData;

    private ModuleReader(byte[] bytes) => (_module, _in) = (new ModuleInfo(bytes), new ByteReader(bytes, 8, bytes.Length));

    /// <exception cref="RefusedException">The bytes are no module, or one that can't be admitted.</exception>
    public static ModuleInfo Read(byte[] bytes)
    {
        if (bytes.Length < 8 || !bytes.AsSpan().StartsWith("\0asm"u8))
            throw new RefusedException(AdmissionCause.NotAModule, Features.NoModule);
        if (bytes[6] != 0 || bytes[7] != 0)
            throw new RefusedException(AdmissionCause.NotAModule, Features.Component);
        if (bytes[4] != 1 || bytes[5] != 0)
            throw new RefusedException(
                AdmissionCause.NotAModule, $"The module is of WebAssembly version {bytes[4] | (bytes[5] << 8)}, not 1.");
        var reader = new ModuleReader(bytes);
        reader.Sections();
        return reader._module;
    }

    private void Sections()
    {
        var last = 0;
        while (!_in.AtEnd)
        {
            var at = _in.Position;
            var id = _in.U8();
            var size = _in.U32();
            if (size > (uint)_in.Left)
                throw RefusedException.Invalid(at, $"Section {id} is longer than the module");
            var section = new Section(id, _in.Position, _in.Position + (int)size);
            _in.Skip((int)size);
            if (id == TagSection)
                throw Features.Refuse(Feature.Exceptions, at);
            if (id > TagSection)
                throw RefusedException.Invalid(at, $"{id} is no section");
            if (id != Custom)
            {
                if (Order(id) <= last)
                    throw RefusedException.Invalid(at, $"Section {id} is out of order, or there twice");
                last = Order(id);
            }
            _module.Sections.Add(section);
            Read(section);
        }
        if (!_hasCode && _module.Functions.Count != _module.ImportedFunctions)
            throw RefusedException.Invalid(_in.Position, "Functions have no bodies");
        if (!_hasData && _module.DataCount is > 0)
            throw RefusedException.Invalid(_in.Position, "Data segments are counted, but are not there");
    }

    /// <summary>The data count stands before the code, though its number came later.</summary>
    private static int Order(byte id) => id == DataCountSection ? 2 * ElementSection + 1 : 2 * id;

    private void Read(Section section)
    {
        var r = new ByteReader(_module.Bytes, section.Start, section.End);
        switch (section.Id)
        {
            case Custom:
                r.Name();
                return;
            case TypeSection:
                Types(ref r);
                break;
            case ImportSection:
                Imports(ref r);
                break;
            case FunctionSection:
                for (var n = r.Count("functions", AdmissionLimits.Functions); n > 0; n--)
                    _module.Functions.Add(TypeIndex(ref r));
                break;
            case TableSection:
                Tables(ref r);
                break;
            case MemorySection:
                Memories(ref r);
                break;
            case GlobalSection:
                Globals(ref r);
                break;
            case ExportSection:
                Exports(ref r);
                break;
            case StartSection:
                Start(ref r);
                break;
            case ElementSection:
                Elements(ref r);
                break;
            case DataCountSection:
                var count = r.U32();
                _module.DataCount = count <= AdmissionLimits.DataSegments ? (int)count
                    : throw RefusedException.Limit("data segments", count, AdmissionLimits.DataSegments);
                break;
            case CodeSection:
                Code(ref r);
                break;
            case DataSection:
                Data(ref r);
                break;
        }
        if (!r.AtEnd)
            throw RefusedException.Invalid(r.Position, $"Section {section.Id} has bytes after its end");
    }

    private void Types(ref ByteReader r)
    {
        for (var n = r.Count("types", AdmissionLimits.Types); n > 0; n--)
        {
            var at = r.Position;
            switch (r.U8())
            {
                case 0x60:
                    var parameters = TypeList(ref r, "parameters", AdmissionLimits.Parameters);
                    _module.Types.Add(new FuncType(parameters, TypeList(ref r, "results", AdmissionLimits.Results)));
                    break;
                case 0x4E or 0x4F or 0x50 or 0x5E or 0x5F:
                    throw Features.Refuse(Feature.GarbageCollection, at);
                case 0x5D:
                    throw Features.Refuse(Feature.StackSwitching, at);
                default:
                    throw RefusedException.Invalid(at, "This is no type of a function");
            }
        }
    }

    private static ValType[] TypeList(ref ByteReader r, string what, int most)
    {
        var list = new ValType[r.Count(what, most)];
        for (var i = 0; i < list.Length; i++)
            list[i] = ValTypes.Read(ref r);
        return list;
    }

    private int TypeIndex(ref ByteReader r)
    {
        var (at, index) = (r.Position, r.U32());
        return index < (uint)_module.Types.Count ? (int)index : throw RefusedException.Invalid(at, $"There is no type {index}");
    }

    private void Code(ref ByteReader r)
    {
        _hasCode = true;
        var (at, count) = (r.Position, r.Count("bodies", AdmissionLimits.Functions));
        if (count != _module.Functions.Count - _module.ImportedFunctions)
            throw RefusedException.Invalid(at, "There is not one body for each function");
        for (; count > 0; count--)
        {
            var size = r.Count("bytes of a function", AdmissionLimits.BodyBytes);
            _module.Bodies.Add(new Body(r.Position, r.Position + size));
            r.Skip(size);
        }
    }
}
