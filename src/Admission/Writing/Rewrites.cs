namespace AkkaCompute.Admission.Writing;

/// <summary>Parts of the rewriting, which tests and measurements take apart. What runs has all of them.</summary>
[Flags]
internal enum Rewrites
{
    None = 0,

    /// <summary>Fuel, and the weight of the stack.</summary>
    Metering = 1,
    CanonicalNans = 2,
    All = Metering | CanonicalNans,
}
