using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Sandbox.Wasm.CApi;
using AkkaCompute.Sandbox.Wasm.Wasi;

namespace AkkaCompute.Sandbox.Wasm.Engine;

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
        nint template, ModuleShape shape, Hash256 seed, ReadOnlyMemory<byte> input, GuestSetup? setup, Limits limits,
        CancellationToken cancel)
    {
        (_start, _wallClock, _cancel) = (Stopwatch.GetTimestamp(), limits.WallClock, cancel);
        var store = Native.wasmtime_store_new(_engine, GCHandle.ToIntPtr(_hostHandle), 0);
        try
        {
            var context = Native.wasmtime_store_context(store);
            Native.wasmtime_store_limiter(store, limits.MemoryBytes, WasmEngine.TableElements, 1, WasmEngine.TablesPerModule, 1);
            Native.wasmtime_store_epoch_deadline_callback(store, &EpochEnded, GCHandle.ToIntPtr(_self), 0);
            Native.wasmtime_context_set_epoch_deadline(context, 1);
            _host.Begin(seed, input, limits, context, setup);
            nint trap = 0;
            var error = Start(template, shape, limits, context, &trap);
            return RunEnd.Result(_host, error, trap, limits, Stopwatch.GetElapsedTime(_start));
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

    private nint Start(nint template, ModuleShape shape, Limits limits, nint context, nint* trap)
    {
        NativeHandle instance;
        var error = Native.wasmtime_instance_pre_instantiate(template, context, &instance, trap);
        if (error != 0 || *trap != 0)
            return error;
        // Admission has looked: what is got is there, and of the right kind.
        _host.Enter(Get(context, instance, "memory"u8).Memory, new AdmittedState(context,
            Get(context, instance, FuelName).Global, Get(context, instance, EndName).Global));
        AdmittedState.Set(
            context, Get(context, instance, PagesName).Global,
            (int)(Math.Min(shape.MaxMemoryBytes, (ulong)limits.MemoryBytes) / ModuleShape.PageBytes));
        _host.State.SetFuel(limits.Fuel);
        if (shape.HasStart && Call(context, Get(context, instance, StartName), trap) is var failed && (failed != 0 || *trap != 0))
            return failed;
        return Call(context, Get(context, instance, "_start"u8), trap);
    }

    private static readonly byte[] FuelName = Encoding.UTF8.GetBytes(HostNames.Fuel), EndName = Encoding.UTF8.GetBytes(HostNames.End),
        PagesName = Encoding.UTF8.GetBytes(HostNames.Pages), StartName = Encoding.UTF8.GetBytes(HostNames.Start);

    private static NativeExtern Get(nint context, NativeHandle instance, ReadOnlySpan<byte> name)
    {
        NativeExtern item;
        fixed (byte* first = name)
            Native.wasmtime_instance_export_get(context, &instance, first, (nuint)name.Length, &item);
        return item;
    }

    private static nint Call(nint context, NativeExtern function, nint* trap)
    {
        NativeValue none;
        return Native.wasmtime_func_call_unchecked(context, &function.Function, &none, 0, trap);
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
