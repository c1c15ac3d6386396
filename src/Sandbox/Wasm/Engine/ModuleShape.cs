using AkkaCompute.Admission.Rules;
using AkkaCompute.Sandbox.Wasm.CApi;


namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>What a run must know of an admitted module.</summary>
/// <param name="MemoryBytes">Its memory at the start.</param>
/// <param name="MaxMemoryBytes">What its memory may have by its own declaration.</param>
/// <param name="HasStart">Whether a start function is called before <c>_start</c>.</param>
internal readonly record struct ModuleShape(ulong MemoryBytes, ulong MaxMemoryBytes, bool HasStart)
{
    public const int PageBytes = 65_536;

    public static unsafe ModuleShape Of(nint module)
    {
        NativeVector exports;
        Native.wasmtime_module_exports(module, &exports);
        var shape = default(ModuleShape);
        for (nuint i = 0; i < exports.Size; i++)
        {
            var export = ((nint*)exports.Data)[i];
            switch (NativeError.Text(Native.wasm_exporttype_name(export)))
            {
                case "memory":
                    var type = Native.wasm_externtype_as_memorytype_const(Native.wasm_exporttype_type(export));
                    ulong pages;
                    _ = Native.wasmtime_memorytype_maximum(type, &pages);
                    shape = shape with
                    {
                        MemoryBytes = Native.wasmtime_memorytype_minimum(type) * PageBytes, MaxMemoryBytes = pages * PageBytes,
                    };
                    break;
                case HostNames.Start:
                    shape = shape with { HasStart = true };
                    break;
            }
        }
        Native.wasm_exporttype_vec_delete(&exports);
        return shape;
    }
}
