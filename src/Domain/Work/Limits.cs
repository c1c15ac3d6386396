namespace AkkaCompute.Domain.Work;

/// <summary>What one run of foreign code may use. There are no defaults here: whoever hands in the job says so.</summary>
/// <param name="Fuel">
/// Work, in units of about an addition, as the admitted module counts it (docs/admission.md); bytes that the host copies are charged too. 1
/// to <see cref="JobSpec.MaxFuel"/> in a job. Kernels have none.
/// </param>
/// <param name="MemoryBytes">Linear memory of the guest in bytes, 0 to <see cref="JobSpec.MaxMemory"/> in a job. Kernels have none.</param>
/// <param name="OutputBytes">
/// Bytes of standard output and of the listing of what is in <c>/out</c> at the end, together, 0 to <see cref="JobSpec.MaxOutputBytes"/> in
/// a job. What is over <see cref="JobSpec.MaxOutput"/> goes as blobs.
/// </param>
/// <param name="StderrBytes">
/// Bytes of standard error, 0 to <see cref="JobSpec.MaxStderr"/> in a job. The last bytes are kept; what is dropped before them is counted.
/// </param>
/// <param name="WallClock">
/// Time, as the last resort, 1 ms to <see cref="JobSpec.MaxWallClock"/> in a job. It is never part of a comparable result.
/// </param>
public sealed record Limits(long Fuel, long MemoryBytes, int OutputBytes, int StderrBytes, TimeSpan WallClock)
{
    /// <summary>
    /// Bytes of all files in <c>/tmp</c> and <c>/out</c> together, 0 to <see cref="JobSpec.MaxFileBytes"/> in a job; 0 for payloads without
    /// files.
    /// </summary>
    public long FileBytes { get; init; }
}
