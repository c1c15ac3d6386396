using System.Text;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>What the first sections of a valid module say: where it is not valid, reading it throws, or gives nonsense within its bytes.</summary>
internal sealed class ModuleHead
{
    private const int ImportSection = 2, MemorySection = 5, ExportSection = 7;
    private const int Function = 0, Table = 1, Memory = 2, Global = 3;

    private static readonly HashSet<string> Wasi = [.. WasiFunction.All.Select(f => f.Name)];

    private string? _foreign;
    private bool _hasMemory, _hasMaximum, _exportsMemory, _exportsStart;

    public static ModuleHead Read(ReadOnlySpan<byte> wasm)
    {
        var head = new ModuleHead();
        for (var rest = wasm[8..]; !rest.IsEmpty;)
        {
            var id = rest[0];
            rest = rest[1..];
            var size = (int)Number(ref rest);
            var section = rest[..size];
            rest = rest[size..];
            if (id == ImportSection)
                head.Imports(section);
            else if (id == MemorySection && Number(ref section) > 0)
                head.Limits(ref section);
            else if (id == ExportSection)
                head.Exports(section);
        }
        return head;
    }

    /// <summary>A sentence about what is wrong and what mends it, or null.</summary>
    public string? Refuse() =>
        _foreign is { } foreign ? $"The module imports '{foreign}': only functions of '{WasiFunction.Module}' may be imported. {ModuleHints.Imports}"
        : !_exportsStart ? $"The module does not export a function named '_start': it is not a WASI command. {ModuleHints.Command}"
        : !_hasMemory || !_exportsMemory ? $"The module does not export a memory named 'memory'. {ModuleHints.Command}"
        : !_hasMaximum ? ModuleHints.Maximum
        : null;

    private void Imports(ReadOnlySpan<byte> section)
    {
        for (var count = Number(ref section); count > 0; count--)
        {
            var (module, name) = (Name(ref section), Name(ref section));
            var kind = section[0];
            section = section[1..];
            if (kind != Function || module != WasiFunction.Module || !Wasi.Contains(name))
                _foreign ??= NativeError.Shorten($"{module}.{name}");
            switch (kind)
            {
                case Function:
                    Number(ref section);
                    break;
                case Table:
                    section = section[1..];
                    Limits(ref section);
                    break;
                case Memory:
                    Limits(ref section);
                    break;
                case Global:
                    section = section[2..];
                    break;
                default:
                    return; // no other kind is valid; this import is refused already
            }
        }
    }

    private void Exports(ReadOnlySpan<byte> section)
    {
        for (var count = Number(ref section); count > 0; count--)
        {
            var name = Name(ref section);
            _exportsStart |= name == "_start" && section[0] == Function;
            _exportsMemory |= name == "memory" && section[0] == Memory;
            section = section[1..];
            Number(ref section);
        }
    }

    private void Limits(ref ReadOnlySpan<byte> section)
    {
        var flags = section[0];
        section = section[1..];
        Number(ref section);
        (_hasMemory, _hasMaximum) = (true, (flags & 1) != 0);
        if (_hasMaximum)
            Number(ref section);
    }

    private static string Name(ref ReadOnlySpan<byte> section)
    {
        var length = (int)Number(ref section);
        var name = Encoding.UTF8.GetString(section[..length]);
        section = section[length..];
        return name;
    }

    /// <summary>An unsigned number of up to 32 bits in LEB128.</summary>
    private static uint Number(ref ReadOnlySpan<byte> section)
    {
        var (value, at) = (0u, 0);
        byte part;
        do
        {
            part = section[at];
            value |= (uint)(part & 0x7F) << (7 * at++);
        }
        while ((part & 0x80) != 0 && at < 5);
        section = section[at..];
        return value;
    }
}
