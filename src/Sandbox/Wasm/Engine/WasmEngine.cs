using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Sandbox.Wasm.CApi;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>
/// A Wasmtime engine with our settings and host functions, and the thread that moves its epoch.
/// It is given admitted modules alone, and has no fuel and no canonical NaNs of its own; the compiling child has the same.
/// </summary>
internal sealed unsafe class WasmEngine : IDisposable
{
    /// <summary>
    /// The guest's stack in bytes, as V8 has it. An admitted module stops by itself before (<see cref="AdmissionLimits.StackBytes"/>). It
    /// runs on the caller's thread, whose stack is larger on every system.
    /// </summary>
    public const int StackBytes = 1 << 20;

    public const int TableElements = AdmissionLimits.TableElements, TablesPerModule = AdmissionLimits.Tables;

    private static readonly TimeSpan EpochLength = TimeSpan.FromMilliseconds(10);

    private readonly ManualResetEvent? _stop;
    private readonly Thread? _ticker;
    private readonly nint _engine;
    private readonly nint _linker;

    private WasmEngine(long maxMemoryBytes, int slots, int keepResidentBytes, bool runs)
    {
        _engine = Native.wasm_engine_new_with_config(Configure(maxMemoryBytes, slots, keepResidentBytes));
        if (_engine == 0)
            throw new InvalidOperationException("Wasmtime did not accept the engine's settings.");
        if (!runs)
            return;
        _linker = Native.wasmtime_linker_new(_engine);
        WasiLink.Define(_linker);
        _stop = new ManualResetEvent(false);
        _ticker = new Thread(Tick) { IsBackground = true, Name = "wasm-epoch" };
        _ticker.Start();
    }

    public static WasmEngine ForRunning(WasmOptions options) =>
        new(options.MaxMemoryBytes, options.Slots, options.KeepResidentBytes, runs: true);

    public static WasmEngine ForCompiling(long maxMemoryBytes) => new(maxMemoryBytes, slots: 1, keepResidentBytes: 0, runs: false);

    public nint Handle => _engine;

    /// <summary>What the compiled form depends on besides the module; Wasmtime itself also compares the processor.</summary>
    public static string Fingerprint(long maxMemoryBytes) =>
        $"wasmtime {Native.Version}, {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}, settings 2, admission "
        + $"{ModuleAdmission.Version}, "
        + $"memory {maxMemoryBytes}, stack {StackBytes}, table {TableElements} x {TablesPerModule}";

    /// <summary>The compiled form of a module; false with a message where it is none, or uses what is not allowed.</summary>
    public bool TryCompile(ReadOnlySpan<byte> wasm, out byte[] compiled, out string? refusal)
    {
        compiled = [];
        nint module;
        fixed (byte* bytes = wasm)
            refusal = NativeError.Take(Native.wasmtime_module_new(_engine, bytes, (nuint)wasm.Length, &module));
        if (refusal is not null)
            return false;
        NativeVector serialized;
        refusal = NativeError.Take(Native.wasmtime_module_serialize(module, &serialized));
        Native.wasmtime_module_delete(module);
        if (refusal is not null)
            return false;
        compiled = new ReadOnlySpan<byte>(serialized.Data, checked((int)serialized.Size)).ToArray();
        Native.wasm_byte_vec_delete(&serialized);
        return true;
    }

    /// <summary>
    /// Loads a compiled form that this user's own child made; null with a message where it belongs to another processor or version.
    /// </summary>
    public WasmProgram? Load(ReadOnlySpan<byte> compiled, out string? refusal, out bool foreign)
    {
        nint module;
        fixed (byte* bytes = compiled)
            refusal = NativeError.Take(Native.wasmtime_module_deserialize(_engine, bytes, (nuint)compiled.Length, &module));
        foreign = refusal is not null;
        if (foreign)
            return null;
        try
        {
            nint template;
            refusal = NativeError.Take(Native.wasmtime_linker_instantiate_pre(_linker, module, &template));
            return refusal is null ? new WasmProgram(template, ModuleShape.Of(module), compiled.Length) : null;
        }
        finally
        {
            Native.wasmtime_module_delete(module);
        }
    }

    public void Dispose()
    {
        _stop?.Set();
        _ticker?.Join();
        _stop?.Dispose();
        if (_linker != 0)
            Native.wasmtime_linker_delete(_linker);
        Native.wasm_engine_delete(_engine);
    }

    private void Tick()
    {
        while (!_stop!.WaitOne(EpochLength))
            Native.wasmtime_engine_increment_epoch(_engine);
    }

    private static nint Configure(long maxMemoryBytes, int slots, int keepResidentBytes)
    {
        var config = NativeConfig.wasm_config_new();
        NativeConfig.wasmtime_config_epoch_interruption_set(config, 1);
        NativeConfig.wasmtime_config_max_wasm_stack_set(config, StackBytes);
        // One foreign module takes one core at most.
        NativeConfig.wasmtime_config_parallel_compilation_set(config, 0);
        NativeConfig.wasmtime_config_wasm_simd_set(config, 1);
        NativeConfig.wasmtime_config_wasm_bulk_memory_set(config, 1);
        NativeConfig.wasmtime_config_wasm_multi_value_set(config, 1);
        NativeConfig.wasmtime_config_wasm_reference_types_set(config, 1);
        NativeConfig.wasmtime_config_wasm_threads_set(config, 0);
        NativeConfig.wasmtime_config_wasm_relaxed_simd_set(config, 0);
        NativeConfig.wasmtime_config_wasm_tail_call_set(config, 0);
        NativeConfig.wasmtime_config_wasm_function_references_set(config, 0);
        NativeConfig.wasmtime_config_wasm_gc_set(config, 0);
        NativeConfig.wasmtime_config_wasm_multi_memory_set(config, 0);
        NativeConfig.wasmtime_config_wasm_memory64_set(config, 0);
        NativeConfig.wasmtime_config_wasm_exceptions_set(config, 0);
        NativeConfig.wasmtime_config_wasm_stack_switching_set(config, 0);
        NativeConfig.wasmtime_config_wasm_wide_arithmetic_set(config, 0);
        NativeConfig.wasmtime_config_wasm_custom_page_sizes_set(config, 0);
        Pool(config, maxMemoryBytes, (uint)slots, keepResidentBytes);
        return config;
    }

    private static void Pool(nint config, long maxMemoryBytes, uint slots, int keepResidentBytes)
    {
        var pool = NativeConfig.wasmtime_pooling_allocation_config_new();
        NativeConfig.wasmtime_pooling_allocation_config_total_core_instances_set(pool, slots);
        NativeConfig.wasmtime_pooling_allocation_config_total_memories_set(pool, slots);
        NativeConfig.wasmtime_pooling_allocation_config_total_tables_set(pool, slots * TablesPerModule);
        NativeConfig.wasmtime_pooling_allocation_config_max_memories_per_module_set(pool, 1);
        NativeConfig.wasmtime_pooling_allocation_config_max_tables_per_module_set(pool, TablesPerModule);
        NativeConfig.wasmtime_pooling_allocation_config_table_elements_set(pool, TableElements);
        NativeConfig.wasmtime_pooling_allocation_config_max_memory_size_set(pool, (nuint)maxMemoryBytes);
        NativeConfig.wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pool, slots);
        NativeConfig.wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, (nuint)keepResidentBytes);
        NativeConfig.wasmtime_pooling_allocation_config_table_keep_resident_set(pool, TableElements * 8);
        NativeConfig.wasmtime_pooling_allocation_strategy_set(config, pool);
        NativeConfig.wasmtime_pooling_allocation_config_delete(pool);
    }
}
