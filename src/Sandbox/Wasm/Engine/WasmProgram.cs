using System.Runtime.InteropServices;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>
/// A module that is compiled, checked and linked (wasmtime_instance_pre_t). It lives on while a run holds it, though it may be evicted.
/// </summary>
internal sealed class WasmProgram : SafeHandle
{
    public WasmProgram(nint template, ModuleShape shape, int compiledBytes) : base(0, ownsHandle: true)
    {
        SetHandle(template);
        (Shape, CompiledBytes) = (shape, compiledBytes);
    }

    public ModuleShape Shape { get; }

    /// <summary>The size of the compiled form.</summary>
    public int CompiledBytes { get; }

    public override bool IsInvalid => handle == 0;

    /// <summary>Holds the template for a run; false where it was evicted in this moment.</summary>
    public bool TryHold(out nint template)
    {
        template = handle;
        var held = false;
        try
        {
            DangerousAddRef(ref held);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
        return held;
    }

    public void Release() => DangerousRelease();

    protected override bool ReleaseHandle()
    {
        Native.wasmtime_instance_pre_delete(handle);
        return true;
    }
}
