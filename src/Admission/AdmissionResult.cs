namespace AkkaCompute.Admission;

/// <summary>Why a module is not admitted.</summary>
public enum AdmissionCause
{
    /// <summary>It is admitted.</summary>
    None = 0,

    /// <summary>The bytes are no WebAssembly module, or a component.</summary>
    NotAModule = 1,

    /// <summary>It breaks a rule of WebAssembly 2.0.</summary>
    Invalid = 2,

    /// <summary>It uses what engines do not share.</summary>
    Feature = 3,

    /// <summary>It imports what no host of ours has.</summary>
    Import = 4,

    /// <summary>It is no WASI command.</summary>
    Shape = 5,

    /// <summary>It is larger than one of <see cref="AdmissionLimits"/>.</summary>
    Limit = 6,

    /// <summary>It exports a name that admission needs.</summary>
    ReservedName = 7,
}

/// <summary>A module as it runs, in every engine.</summary>
/// <param name="Bytes">WebAssembly 2.0 with the exports of <see cref="HostNames"/>.</param>
/// <param name="MemoryPages">What its memory has at the start, in pages of 64 KB: a host whose task has less can't run it.</param>
/// <param name="MaxMemoryPages">What its memory may have by its own declaration; 65,536 where it says nothing.</param>
public sealed record AdmittedModule(ReadOnlyMemory<byte> Bytes, long MemoryPages, long MaxMemoryPages);

/// <summary>What came of admission.</summary>
/// <param name="Module">The admitted module; null where it was refused.</param>
/// <param name="Cause">Why it was refused.</param>
/// <param name="Refusal">A sentence about what is wrong and what mends it; null where it was admitted.</param>
public sealed record AdmissionResult(AdmittedModule? Module, AdmissionCause Cause, string? Refusal);

/// <summary>How a refusal leaves the decoder; it never leaves this room.</summary>
internal sealed class RefusedException(AdmissionCause cause, string message) : Exception(message)
{
    public AdmissionCause Cause { get; } = cause;

    public static RefusedException Invalid(int at, string what) => new(AdmissionCause.Invalid, $"{what} (at byte {at})");

    public static RefusedException Limit(string what, long has, long most) =>
        new(AdmissionCause.Limit, $"The module has {what}: {has}, at most {most}.");
}
