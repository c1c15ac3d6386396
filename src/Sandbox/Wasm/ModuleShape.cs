namespace AkkaCompute.Sandbox.Wasm;

/// <summary>What a module must look like to be a command that gives the same result on every engine.</summary>
internal static unsafe class ModuleShape
{
    public const ulong PageBytes = 65_536;

    private const string MemoryName = "memory";
    private const string EntryName = "_start";

    private static readonly HashSet<string> Functions = [.. WasiFunction.All.Select(f => f.Name)];

    /// <summary>A sentence about what is wrong, or null and the declared maximum of the memory in bytes.</summary>
    public static string? Check(nint module, out ulong memoryBytes)
    {
        memoryBytes = 0;
        return Imports(module) ?? Exports(module, ref memoryBytes);
    }

    private static string? Imports(nint module)
    {
        NativeVector imports;
        Native.wasmtime_module_imports(module, &imports);
        string? refusal = null;
        for (nuint i = 0; i < imports.Size && refusal is null; i++)
        {
            var import = ((nint*)imports.Data)[i];
            var from = NativeError.Text(Native.wasm_importtype_module(import));
            var name = NativeError.Text(Native.wasm_importtype_name(import));
            if (from != WasiFunction.Module)
                refusal = $"The module imports '{from}.{name}': only '{WasiFunction.Module}' may be imported.";
            else if (!Functions.Contains(name))
                refusal = $"The module imports '{from}.{name}', which is no function of WASI preview 1.";
        }
        Native.wasm_importtype_vec_delete(&imports);
        return refusal;
    }

    private static string? Exports(nint module, ref ulong memoryBytes)
    {
        NativeVector exports;
        Native.wasmtime_module_exports(module, &exports);
        string? memory = $"The module does not export a memory named '{MemoryName}'.";
        string? entry = $"The module does not export a function named '{EntryName}': it is not a WASI command.";
        for (nuint i = 0; i < exports.Size; i++)
        {
            var export = ((nint*)exports.Data)[i];
            var type = Native.wasm_exporttype_type(export);
            switch (NativeError.Text(Native.wasm_exporttype_name(export)))
            {
                case MemoryName when Native.wasm_externtype_as_memorytype_const(type) is var found and not 0:
                    memory = Memory(found, ref memoryBytes);
                    break;
                case EntryName when Native.wasm_externtype_as_functype_const(type) is var found and not 0:
                    entry = Native.wasm_functype_params(found)->Size == 0 && Native.wasm_functype_results(found)->Size == 0 ? null
                        : $"The module's function '{EntryName}' must have no parameters and no results.";
                    break;
            }
        }
        Native.wasm_exporttype_vec_delete(&exports);
        return entry ?? memory;
    }

    private static string? Memory(nint type, ref ulong memoryBytes)
    {
        ulong pages;
        if (Native.wasmtime_memorytype_maximum(type, &pages) == 0)
            return ModuleHints.Maximum;
        memoryBytes = pages * PageBytes;
        return null;
    }
}
