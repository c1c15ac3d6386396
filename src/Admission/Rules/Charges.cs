namespace AkkaCompute.Admission.Rules;

/// <summary>
/// What is charged beside the instructions themselves (<c>OpInfo.Cost</c>), in units of about the time of an addition.
/// A part of the admission's version.
/// </summary>
public static class Charges
{
    /// <summary>A call of a host function, beside the bytes that the host charges.</summary>
    public const int HostCall = 100;

    /// <summary>A bulk instruction, beside its length.</summary>
    public const int Bulk = 10;

    /// <summary>memory.copy, memory.fill and memory.init: 2 to this power bytes are one unit.</summary>
    public const int BytesShift = 2;

    /// <summary>memory.grow: 2 to this power units for a page that it adds.</summary>
    public const int PageShift = 10;

    /// <summary>The most that a function without calls and loops may cost without looking at the fuel at its entry.</summary>
    public const int Unlooked = 1000;
}
