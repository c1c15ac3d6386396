namespace AkkaCompute.Admission.Rules;

/// <summary>What admission exports for the host. A module that exports a name with this prefix is refused.</summary>
public static class HostNames
{
    public const string Prefix = "akkacompute.";

    /// <summary>
    /// A mutable i64: the fuel that is left. The host sets it before it calls anything, and takes from it for the bytes that it copies.
    /// Below 0 at a run's end, however it ended: the run was out of fuel.
    /// </summary>
    public const string Fuel = Prefix + "fuel";

    /// <summary>A mutable i32: an <see cref="AdmittedEnd"/>, which says more than the trap that an engine reports.</summary>
    public const string End = Prefix + "end";

    /// <summary>A mutable i32: pages that the memory may have. The host lowers it to the task's limit before it calls anything.</summary>
    public const string Pages = Prefix + "pages";

    /// <summary>The start function, where the module has one. The host calls it before <c>_start</c>.</summary>
    public const string Start = Prefix + "start";
}

/// <summary>What an admitted module says of its end in <see cref="HostNames.End"/>. The numbers are part of the version.</summary>
public enum AdmittedEnd
{
    /// <summary>It ended as the engine says.</summary>
    None = 0,

    /// <summary>No fuel was left.</summary>
    OutOfFuel = 1,

    /// <summary>Its calls were nested too deep.</summary>
    TooDeep = 2,

    /// <summary>The engine had no memory for a growth that the limits allow: this says nothing about the module.</summary>
    HostMemory = 3,
}
