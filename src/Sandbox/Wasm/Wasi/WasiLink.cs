using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using AkkaCompute.Sandbox.Files;
using AkkaCompute.Sandbox.Wasm.CApi;

namespace AkkaCompute.Sandbox.Wasm.Wasi;

/// <summary>
/// Puts the functions of <see cref="WasiFunction"/> into a linker: all are one native function, told apart by its environment.
/// </summary>
internal static unsafe class WasiLink
{
    private const byte KindI32 = 0, KindI64 = 1;

    public static void Define(nint linker)
    {
        var module = Encoding.ASCII.GetBytes(WasiFunction.Module);
        for (var index = 0; index < WasiFunction.All.Length; index++)
        {
            var function = WasiFunction.All[index];
            var name = Encoding.ASCII.GetBytes(function.Name);
            var type = Type(function);
            string? error;
            fixed (byte* moduleBytes = module, nameBytes = name)
                error = NativeError.Take(Native.wasmtime_linker_define_func_unchecked(
                    linker, moduleBytes, (nuint)module.Length, nameBytes, (nuint)name.Length, type, &Call, index, 0));
            Native.wasm_functype_delete(type);
            if (error is not null)
                throw new InvalidOperationException($"Wasmtime does not take the host function {function.Name}: {error}");
        }
    }

    /// <summary>What Wasmtime calls. No exception may leave it: that would end the process.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Call(nint index, nint caller, NativeValue* values, nuint count)
    {
        WasiHost? host = null;
        try
        {
            var data = Native.wasmtime_context_get_data(Native.wasmtime_caller_context(caller));
            host = Unsafe.As<WasiHost>(GCHandle.FromIntPtr(data).Target)!;
            var answer = host.Call(WasiFunction.All[index], values);
            if (answer == Errno.Stop)
                return Stop();
            values[0].I64 = (uint)answer;
            return 0;
        }
#pragma warning disable CA1031 // See above; the run ends as a fault of this worker.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (host is not null)
                (host.Ending, host.Fault) = (WasiEnding.HostFault, e);
            return Stop();
        }
    }

    private static nint Stop()
    {
        fixed (byte* text = "stopped by the host"u8)
            return Native.wasmtime_trap_new(text, 19);
    }

    private static nint Type(WasiFunction function)
    {
        var types = function.Parameters.Select(c => Native.wasm_valtype_new(c == 'I' ? KindI64 : KindI32)).ToArray();
        NativeVector parameters, results;
        // The vectors take their types over, and the function type takes the vectors.
        fixed (nint* first = types)
            Native.wasm_valtype_vec_new(&parameters, (nuint)types.Length, first);
        var result = function.Call == WasiCall.ProcExit ? 0 : Native.wasm_valtype_new(KindI32);
        Native.wasm_valtype_vec_new(&results, result == 0 ? 0u : 1u, &result);
        return Native.wasm_functype_new(&parameters, &results);
    }
}
