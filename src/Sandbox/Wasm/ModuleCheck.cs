using System.Buffers.Binary;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>
/// Why a module can't run here, found out before anybody compiles it: once, where it is put or a job names it, and not by each task. The
/// engine validates it, which takes time in the order of its size; then its imports, its memory and its entry are looked at.
/// </summary>
internal static unsafe class ModuleCheck
{
    private static ReadOnlySpan<byte> Magic => "\0asm"u8;

    /// <summary>A sentence about what is wrong and what mends it, or null.</summary>
    public static string? Refuse(nint engine, ReadOnlySpan<byte> wasm, int maxBytes)
    {
        if (wasm.Length < 8 || !wasm.StartsWith(Magic))
            return "These bytes are no WebAssembly module: they do not begin with \\0asm and a version.";
        if (BinaryPrimitives.ReadUInt16LittleEndian(wasm[6..]) != 0)
            return ModuleHints.Component;
        if (BinaryPrimitives.ReadUInt16LittleEndian(wasm[4..]) is var version and not 1)
            return $"The module is of WebAssembly version {version}, not 1.";
        if (wasm.Length > maxBytes)
            return $"The module has {wasm.Length} bytes, at most {maxBytes}. {IModuleCheck.Smaller}";
        string? invalid;
        fixed (byte* bytes = wasm)
            invalid = NativeError.Take(Native.wasmtime_module_validate(engine, bytes, (nuint)wasm.Length));
        return invalid is null ? ModuleHead.Read(wasm).Refuse() : ModuleHints.Explain(invalid);
    }
}
