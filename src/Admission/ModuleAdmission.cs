using AkkaCompute.Admission.Reading;
using AkkaCompute.Admission.Rules;
using AkkaCompute.Admission.Validating;
using AkkaCompute.Admission.Writing;

namespace AkkaCompute.Admission;

/// <summary>
/// Makes of a module the bytes that run in every engine with the same output, the same end and the same fuel, or says why not. A pure
/// function: the same module and version give the same bytes on every machine. Time and memory are linear in the module's size.
/// What it does, and why, is in docs/admission.md.
/// </summary>
public static class ModuleAdmission
{
    /// <summary>Raised with whatever changes the admitted bytes of some module, or whether it is admitted.</summary>
    public const int Version = 2;

    /// <summary>The oldest version that is made still: an audit makes the bytes again that ran then.</summary>
    public const int Oldest = 1;

    /// <summary>Admits a module, or refuses it. Any bytes may be given.</summary>
    public static AdmissionResult Admit(ReadOnlySpan<byte> module) => Admit(module, Rewrites.All);

    /// <summary>The same as a version before did it, <see cref="Oldest"/> to <see cref="Version"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public static AdmissionResult Admit(ReadOnlySpan<byte> module, int version) => Admit(module, Rewrites.All, version);

    internal static AdmissionResult Admit(ReadOnlySpan<byte> module, Rewrites rewrites, int version = Version)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, Oldest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, Version);
        try
        {
            var info = ModuleReader.Read(module.ToArray());
            Shape(info);
            var pass = new FunctionPass(info);
            var facts = new List<FunctionFacts>();
            for (var i = 0; i < info.Bodies.Count; i++)
                facts.Add(pass.Read(info.ImportedFunctions + i));
            var bytes = new ModuleWriter(info, rewrites, version).Write(pass, facts);
            return new(
                new AdmittedModule(bytes, info.MemoryMinimum, info.MemoryMaximum ?? AdmissionLimits.MemoryPages), AdmissionCause.None,
                null);
        }
        catch (RefusedException refused)
        {
            return new(null, refused.Cause, refused.Cause switch
            {
                AdmissionCause.Invalid => $"The module is not valid WebAssembly 2.0: {refused.Message}. {Features.Newer}",
                AdmissionCause.Limit => $"{refused.Message} {Features.Smaller}",
                _ => refused.Message,
            });
        }
    }

    private static void Shape(ModuleInfo module)
    {
        if (!module.ExportsStart)
            throw new RefusedException(
                AdmissionCause.Shape,
                $"The module does not export a function named '_start': it is not a WASI command. {Features.Command}");
        if (!module.ExportsMemory)
            throw new RefusedException(AdmissionCause.Shape, $"The module does not export a memory named 'memory'. {Features.Command}");
        if (module.StartFunction is { } start && start < module.ImportedFunctions)
            throw new RefusedException(AdmissionCause.Shape, $"The module's start function is imported. {Features.Command}");
    }
}
