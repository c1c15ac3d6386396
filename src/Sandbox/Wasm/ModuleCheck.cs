using AkkaCompute.Admission;

namespace AkkaCompute.Sandbox.Wasm;

/// <summary>
/// Why a module can't run here, found out before anybody compiles it: once, where it is put or a job names it, and not by each task.
/// </summary>
internal static class ModuleCheck
{
    /// <summary>A sentence about what is wrong and what mends it, or null.</summary>
    public static string? Refuse(ReadOnlySpan<byte> wasm, int maxBytes) => wasm.Length > maxBytes
        ? $"The module has {wasm.Length} bytes, at most {maxBytes}. {Features.Smaller}"
        : ModuleAdmission.Admit(wasm).Refusal;
}
