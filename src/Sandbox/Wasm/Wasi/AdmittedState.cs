using AkkaCompute.Admission.Rules;
using AkkaCompute.Sandbox.Wasm.CApi;


namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>The globals of an admitted module that its host uses, in one instance.</summary>
internal readonly unsafe struct AdmittedState(nint context, NativeGlobal fuel, NativeGlobal end)
{
    private readonly NativeGlobal _fuel = fuel, _end = end;

    /// <summary>Whether there is an instance: without, a data segment trapped.</summary>
    public bool HasRun => context != 0;

    /// <summary>Fuel that is left; below 0 where the run is out of it. 0 before the instance is there.</summary>
    public long Fuel => context == 0 ? 0 : Get(_fuel).I64;

    public AdmittedEnd End => context == 0 ? AdmittedEnd.None : (AdmittedEnd)Get(_end).I32;

    public void SetFuel(long units) => Set(context, _fuel, new NativeVal { Kind = NativeVal.KindI64, I64 = units });

    public static void Set(nint context, NativeGlobal global, int value) =>
        Set(context, global, new NativeVal { Kind = NativeVal.KindI32, I32 = value });

    private NativeVal Get(NativeGlobal global)
    {
        NativeVal value;
        Native.wasmtime_global_get(context, &global, &value);
        return value;
    }

    private static void Set(nint context, NativeGlobal global, NativeVal value)
    {
        if (NativeError.Take(Native.wasmtime_global_set(context, &global, &value)) is { } refused)
            throw new InvalidOperationException($"Wasmtime refused to set a global: {refused}");
    }
}
