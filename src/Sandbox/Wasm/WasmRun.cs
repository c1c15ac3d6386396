using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>
/// Runs one task at a time: a fresh store and instance for each, on the caller's thread. Kept and used again for its buffers.
/// </summary>
internal sealed unsafe class WasmRun : IDisposable
{
    private readonly nint _engine;
    private readonly WasiHost _host = new();
    private readonly GCHandle _hostHandle;
    private readonly GCHandle _self;
    private TimeSpan _wallClock;
    private long _start;
    private CancellationToken _cancel;

    public WasmRun(WasmEngine engine)
    {
        _engine = engine.Handle;
        _hostHandle = GCHandle.Alloc(_host);
        _self = GCHandle.Alloc(this);
    }

    public TaskResult Execute(
        nint template, Hash256 seed, ReadOnlyMemory<byte> input, GuestSetup? setup, Limits limits, CancellationToken cancel)
    {
        (_start, _wallClock, _cancel) = (Stopwatch.GetTimestamp(), limits.WallClock, cancel);
        var store = Native.wasmtime_store_new(_engine, GCHandle.ToIntPtr(_hostHandle), 0);
        try
        {
            var context = Native.wasmtime_store_context(store);
            Native.wasmtime_store_limiter(store, limits.MemoryBytes, WasmEngine.TableElements, 1, WasmEngine.TablesPerModule, 1);
            Native.wasmtime_store_epoch_deadline_callback(store, &EpochEnded, GCHandle.ToIntPtr(_self), 0);
            Native.wasmtime_context_set_epoch_deadline(context, 1);
            if (NativeError.Take(Native.wasmtime_context_set_fuel(context, (ulong)limits.Fuel)) is { } refused)
                throw new InvalidOperationException($"Wasmtime refused the fuel: {refused}");
            _host.Begin(seed, input, limits, context, setup);
            nint trap = 0;
            var error = Start(template, context, &trap);
            ulong left;
            Native.wasmtime_context_get_fuel(context, &left);
            return RunEnd.Result(_host, error, trap, limits, limits.Fuel - (long)left, Stopwatch.GetElapsedTime(_start));
        }
        finally
        {
            Native.wasmtime_store_delete(store);
            _host.End();
            _cancel = default;
        }
    }

    public void Dispose()
    {
        _hostHandle.Free();
        _self.Free();
    }

    private nint Start(nint template, nint context, nint* trap)
    {
        NativeHandle instance;
        var error = Native.wasmtime_instance_pre_instantiate(template, context, &instance, trap);
        if (error != 0 || *trap != 0)
            return error;
        NativeExtern memory, entry;
        fixed (byte* name = "memory"u8)
            Native.wasmtime_instance_export_get(context, &instance, name, 6, &memory);
        fixed (byte* name = "_start"u8)
            Native.wasmtime_instance_export_get(context, &instance, name, 6, &entry);
        // Admission has looked: the kinds are right.
        _host.SetMemory(memory.Memory);
        NativeValue none;
        return Native.wasmtime_func_call_unchecked(context, &entry.Function, &none, 0, trap);
    }

    /// <summary>Called once per epoch while the guest runs, on its thread.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint EpochEnded(nint context, nint self, ulong* ticks, byte* kind)
    {
        var run = Unsafe.As<WasmRun>(GCHandle.FromIntPtr(self).Target)!;
        (*ticks, *kind) = (1, 0);
        if (run._cancel.IsCancellationRequested)
            run._host.Ending = WasiEnding.Cancelled;
        else if (Stopwatch.GetElapsedTime(run._start) >= run._wallClock)
            run._host.Ending = WasiEnding.OutOfTime;
        else
            return 0;
        fixed (byte* text = "stopped by the host\0"u8)
            return Native.wasmtime_error_new(text);
    }
}
