using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Programs;

/// <summary>
/// Which bytes run for a module, as a boss signs it: whoever has the module can make them again by the same version of admission, and
/// compare.
/// </summary>
/// <param name="Module">The SHA-256 of the module as its author has it.</param>
/// <param name="Version">The version of admission, 1 or more.</param>
/// <param name="Admitted">The SHA-256 of the admitted bytes.</param>
public sealed record CodeAdmission(Hash256 Module, int Version, Hash256 Admitted);
