using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AkkaCompute.Sandbox.Wasm.CApi;

/// <summary>wasm_byte_vec_t and the other vectors of the C API.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeVector
{
    public nuint Size;
    public void* Data;
}

/// <summary>wasmtime_func_t, wasmtime_instance_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeHandle
{
    public ulong Store;
    public nuint Private;
}

/// <summary>wasmtime_memory_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeMemory
{
    public ulong Store;
    public uint Private1;
    public uint Private2;
    public uint Private3;
    public uint Padding;
}

/// <summary>wasmtime_global_t.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeGlobal
{
    public ulong Store;
    public uint Private1;
    public uint Private2;
    public uint Private3;
    public uint Padding;
}

/// <summary>wasmtime_val_t: a kind, then a union whose largest member has 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct NativeVal
{
    public const byte KindI32 = 0;
    public const byte KindI64 = 1;

    [FieldOffset(0)] public byte Kind;
    [FieldOffset(8)] public int I32;
    [FieldOffset(8)] public long I64;
}

/// <summary>wasmtime_extern_t: a kind, then a union whose largest member has 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct NativeExtern
{
    [FieldOffset(0)] public byte Kind;
    [FieldOffset(8)] public NativeHandle Function;
    [FieldOffset(8)] public NativeMemory Memory;
    [FieldOffset(8)] public NativeGlobal Global;
}

/// <summary>wasmtime_val_raw_t.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] public uint I32;
    [FieldOffset(0)] public ulong I64;
}

/// <summary>
/// The part of the C API of Wasmtime 50 (wasmtime.h, wasm.h) that a run and a compilation need. The .NET package brings the library;
/// its managed layer has no instance templates and makes objects for each store and call, which cost more than a short task.
/// A bool is a byte. What returns an error returns null where there is none.
/// </summary>
internal static unsafe partial class Native
{
    /// <summary>The version that the layouts above belong to; the package of another one needs them checked again.</summary>
    public const string Version = "50.0.1";

    private const string Library = "wasmtime";

#pragma warning disable CA2255 // The library must be found before the first call, also in the compiling child.
    [ModuleInitializer]
    public static void Resolve() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, NativeLocation.Load);
#pragma warning restore CA2255

    // Engine and store.
    [LibraryImport(Library)] public static partial nint wasm_engine_new_with_config(nint config);
    [LibraryImport(Library)] public static partial void wasm_engine_delete(nint engine);
    [LibraryImport(Library)] public static partial void wasmtime_engine_increment_epoch(nint engine);
    [LibraryImport(Library)] public static partial nint wasmtime_store_new(nint engine, nint data, nint finalizer);
    [LibraryImport(Library)] public static partial void wasmtime_store_delete(nint store);
    [LibraryImport(Library), SuppressGCTransition] public static partial nint wasmtime_store_context(nint store);
    [LibraryImport(Library)] public static partial void wasmtime_store_limiter(
        nint store, long memory, long tableElements, long instances, long tables, long memories);
    [LibraryImport(Library)] public static partial void wasmtime_store_epoch_deadline_callback(
        nint store, delegate* unmanaged[Cdecl]<nint, nint, ulong*, byte*, nint> callback, nint data, nint finalizer);
    [LibraryImport(Library),
        SuppressGCTransition] public static partial void wasmtime_context_set_epoch_deadline(nint context, ulong ticksBeyondCurrent);
    [LibraryImport(Library), SuppressGCTransition] public static partial nint wasmtime_context_get_data(nint context);

    // Modules.
    [LibraryImport(Library)] public static partial nint wasmtime_module_new(nint engine, byte* wasm, nuint length, nint* module);
    [LibraryImport(Library)] public static partial void wasmtime_module_delete(nint module);
    [LibraryImport(Library)] public static partial nint wasmtime_module_serialize(nint module, NativeVector* bytes);
    [LibraryImport(Library)] public static partial nint wasmtime_module_deserialize(nint engine, byte* bytes, nuint length, nint* module);
    [LibraryImport(Library)] public static partial void wasmtime_module_exports(nint module, NativeVector* exports);
    [LibraryImport(Library)] public static partial void wasm_exporttype_vec_delete(NativeVector* exports);
    [LibraryImport(Library)] public static partial NativeVector* wasm_exporttype_name(nint export);
    [LibraryImport(Library)] public static partial nint wasm_exporttype_type(nint export);
    [LibraryImport(Library)] public static partial nint wasm_externtype_as_memorytype_const(nint type);
    [LibraryImport(Library)] public static partial ulong wasmtime_memorytype_minimum(nint type);
    [LibraryImport(Library)] public static partial byte wasmtime_memorytype_maximum(nint type, ulong* pages);

    // Linker, instances and calls.
    [LibraryImport(Library)] public static partial nint wasmtime_linker_new(nint engine);
    [LibraryImport(Library)] public static partial void wasmtime_linker_delete(nint linker);
    [LibraryImport(Library)] public static partial nint wasmtime_linker_define_func_unchecked(
        nint linker, byte* module, nuint moduleLength, byte* name, nuint nameLength, nint type,
        delegate* unmanaged[Cdecl]<nint, nint, NativeValue*, nuint, nint> callback, nint data, nint finalizer);
    [LibraryImport(Library)] public static partial nint wasmtime_linker_instantiate_pre(nint linker, nint module, nint* template);
    [LibraryImport(Library)] public static partial void wasmtime_instance_pre_delete(nint template);
    [LibraryImport(Library)] public static partial nint wasmtime_instance_pre_instantiate(
        nint template, nint context, NativeHandle* instance, nint* trap);
    [LibraryImport(Library)] public static partial byte wasmtime_instance_export_get(
        nint context, NativeHandle* instance, byte* name, nuint length, NativeExtern* item);
    [LibraryImport(Library)] public static partial nint wasmtime_func_call_unchecked(
        nint context, NativeHandle* function, NativeValue* values, nuint length, nint* trap);
    [LibraryImport(Library), SuppressGCTransition] public static partial nint wasmtime_caller_context(nint caller);
    [LibraryImport(Library), SuppressGCTransition] public static partial byte* wasmtime_memory_data(nint context, NativeMemory* memory);
    [LibraryImport(Library),
        SuppressGCTransition] public static partial nuint wasmtime_memory_data_size(nint context, NativeMemory* memory);
    [LibraryImport(Library),
        SuppressGCTransition] public static partial void wasmtime_global_get(nint context, NativeGlobal* global, NativeVal* value);
    [LibraryImport(Library),
        SuppressGCTransition] public static partial nint wasmtime_global_set(nint context, NativeGlobal* global, NativeVal* value);
    [LibraryImport(Library)] public static partial nint wasm_valtype_new(byte kind);
    [LibraryImport(Library)] public static partial nint wasm_functype_new(NativeVector* parameters, NativeVector* results);
    [LibraryImport(Library)] public static partial void wasm_functype_delete(nint type);
    [LibraryImport(Library)] public static partial void wasm_valtype_vec_new(NativeVector* vector, nuint length, nint* types);

    // Traps and errors.
    [LibraryImport(Library)] public static partial nint wasmtime_trap_new(byte* text, nuint length);
    [LibraryImport(Library)] public static partial byte wasmtime_trap_code(nint trap, byte* code);
    [LibraryImport(Library)] public static partial void wasm_trap_message(nint trap, NativeVector* text);
    [LibraryImport(Library)] public static partial void wasm_trap_trace(nint trap, NativeVector* frames);
    [LibraryImport(Library)] public static partial void wasm_frame_vec_delete(NativeVector* frames);
    [LibraryImport(Library)] public static partial NativeVector* wasmtime_frame_func_name(nint frame);
    [LibraryImport(Library)] public static partial void wasm_trap_delete(nint trap);
    [LibraryImport(Library)] public static partial nint wasmtime_error_new(byte* text);
    [LibraryImport(Library)] public static partial void wasmtime_error_message(nint error, NativeVector* text);
    [LibraryImport(Library)] public static partial void wasmtime_error_delete(nint error);
    [LibraryImport(Library)] public static partial void wasm_byte_vec_delete(NativeVector* bytes);
}
