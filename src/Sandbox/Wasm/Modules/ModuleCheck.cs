using AkkaCompute.Admission;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// Why a module can't run here, found out before anybody compiles it: once, where it is put or a job names it, and not by each task.
/// </summary>
internal static class ModuleCheck
{
    /// <summary>A sentence about what is wrong and what mends it, or null.</summary>
    /// <param name="said">Which bytes run for it, as its boss says; null where it does not.</param>
    public static string? Refuse(ReadOnlySpan<byte> wasm, int maxBytes, CodeAdmission? said = null)
    {
        if (wasm.Length > maxBytes)
            return $"The module has {wasm.Length} bytes, at most {maxBytes}. {Features.Smaller}";
        var admission = ModuleAdmission.Admit(wasm);
        return admission.Module is { } admitted ? Contradict(said, Hash256.Of(admitted.Bytes.Span)) : admission.Refusal;
    }

    /// <summary>A sentence about what a boss says of the admitted bytes and is not so here, or null.</summary>
    public static string? Contradict(CodeAdmission? said, Hash256 admitted) =>
        said is null || (said.Version, said.Admitted) == (ModuleAdmission.Version, admitted) ? null
        : said.Version != ModuleAdmission.Version
            ? $"The job's bytes are of version {said.Version} of admission, and this node has version {ModuleAdmission.Version}."
            : $"Admission makes {admitted} of it, and the job says {said.Admitted}.";
}
