using System.Runtime.InteropServices;

namespace AkkaCompute.Sandbox.Wasm.CApi;

/// <summary>The settings of an engine in Wasmtime's C API (wasmtime/config.h).</summary>
internal static partial class NativeConfig
{
    private const string Library = "wasmtime";

    [LibraryImport(Library)] public static partial nint wasm_config_new();
    [LibraryImport(Library)] public static partial void wasmtime_config_epoch_interruption_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_max_wasm_stack_set(nint config, nuint bytes);
    [LibraryImport(Library)] public static partial void wasmtime_config_parallel_compilation_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_threads_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_tail_call_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_reference_types_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_function_references_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_gc_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_simd_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_relaxed_simd_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_bulk_memory_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_multi_value_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_multi_memory_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_memory64_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_exceptions_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_stack_switching_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_wide_arithmetic_set(nint config, byte on);
    [LibraryImport(Library)] public static partial void wasmtime_config_wasm_custom_page_sizes_set(nint config, byte on);

    [LibraryImport(Library)] public static partial nint wasmtime_pooling_allocation_config_new();
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_delete(nint pool);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_strategy_set(nint config, nint pool);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_total_core_instances_set(nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_total_memories_set(nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_total_tables_set(nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_max_tables_per_module_set(nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_max_memories_per_module_set(
        nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_table_elements_set(nint pool, nuint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_max_memory_size_set(nint pool, nuint bytes);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_max_unused_warm_slots_set(nint pool, uint count);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(
        nint pool, nuint bytes);
    [LibraryImport(Library)] public static partial void wasmtime_pooling_allocation_config_table_keep_resident_set(nint pool, nuint bytes);
}
