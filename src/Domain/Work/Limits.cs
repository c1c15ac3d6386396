namespace AkkaCompute.Domain.Work;

/// <summary>What one run of foreign code may use. There are no defaults here: whoever hands in the job says so.</summary>
/// <param name="Fuel">Work, in units of about an addition, as the admitted module counts it (docs/admission.md); bytes that the host copies
/// are charged too. Kernels have none.</param>
/// <param name="MemoryBytes">Linear memory of the guest. Kernels have none.</param>
/// <param name="OutputBytes">Standard output and the listing of what is in <c>/out</c> at the end, together; over
/// <see cref="JobSpec.MaxOutput"/> they go as blobs.</param>
/// <param name="StderrBytes">Standard error; what is over is dropped from the front, so that the last bytes are kept, and counted.</param>
/// <param name="WallClock">Time, as the last resort: never part of a comparable result.</param>
public sealed record Limits(long Fuel, long MemoryBytes, int OutputBytes, int StderrBytes, TimeSpan WallClock)
{
    /// <summary>Bytes of all files in <c>/tmp</c> and <c>/out</c> together; 0 for payloads without files.</summary>
    public long FileBytes { get; init; }
}
