using AkkaCompute.Admission.Rules;

namespace AkkaCompute.Admission;

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
