namespace AkkaCompute.Admission.Rules;

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

/// <summary>How a refusal leaves the decoder; it never leaves this room.</summary>
internal sealed class RefusedException(AdmissionCause cause, string message) : Exception(message)
{
    public AdmissionCause Cause { get; } = cause;

    public static RefusedException Invalid(int at, string what) => new(AdmissionCause.Invalid, $"{what} (at byte {at})");

    public static RefusedException Limit(string what, long has, long most) =>
        new(AdmissionCause.Limit, $"The module has {what}: {has}, at most {most}.");
}
