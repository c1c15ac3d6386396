using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Engine;

/// <summary>Which functions a trap happened in, by the names that the module has for them.</summary>
internal static unsafe class TrapTrace
{
    /// <summary>Functions that are named, from the one that trapped.</summary>
    private const int MaxNames = 8;

    /// <summary>Frames that are looked at: as many as V8 tells.</summary>
    private const int MaxFrames = 10;

    /// <summary>Characters of a name.</summary>
    private const int MaxLength = 100;

    /// <summary>A sentence; null where the module has no names for them.</summary>
    public static string? Explain(nint trap)
    {
        NativeVector frames;
        Native.wasm_trap_trace(trap, &frames);
        var names = new List<string>();
        for (var i = 0; i < (int)Math.Min(frames.Size, MaxFrames) && names.Count < MaxNames; i++)
        {
            var name = Native.wasmtime_frame_func_name(((nint*)frames.Data)[i]);
            if (name != null && name->Size > 0)
                names.Add(NativeError.Text(name, MaxLength));
        }
        Native.wasm_frame_vec_delete(&frames);
        return names.Count == 0 ? null : $"The task trapped in {string.Join(", called by ", names)}.";
    }
}
