using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>The most that an operator lets a job ask for: refused where it is handed in, and not by each task.</summary>
/// <param name="MemoryBytes">Of a task's <see cref="Limits.MemoryBytes"/>, 0 to <see cref="JobSpec.MaxMemory"/>.</param>
/// <param name="WallClock">Of a task's <see cref="Limits.WallClock"/>, 1 ms to <see cref="JobSpec.MaxWallClock"/>.</param>
/// <param name="FileBytes">
/// Of a task's <see cref="Limits.FileBytes"/>, and of a program's files together, 0 to <see cref="JobSpec.MaxFileBytes"/>.
/// </param>
public sealed record TaskCeilings(long MemoryBytes, TimeSpan WallClock, long FileBytes)
{
    /// <summary>
    /// Of a task's <see cref="Limits.OutputBytes"/>, 0 to <see cref="JobSpec.MaxOutputBytes"/>; the largest blob, 64 MB, by default.
    /// </summary>
    public long OutputBytes { get; init; } = 64L << 20;

    /// <summary>1 GB of memory, an hour, 256 MB of files, 64 MB of output.</summary>
    public static TaskCeilings Default { get; } = new(1L << 30, JobSpec.MaxWallClock, 256L << 20);

    /// <summary>Checks the ceilings.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(MemoryBytes, 0, JobSpec.MaxMemory);
        OptionRange.Check(WallClock, TimeSpan.FromMilliseconds(1), JobSpec.MaxWallClock);
        OptionRange.Check(FileBytes, 0, JobSpec.MaxFileBytes);
        OptionRange.Check(OutputBytes, 0, JobSpec.MaxOutputBytes);
    }

    /// <summary>The first limit of a job that is above; <c>null</c> where none is.</summary>
    public Refused? Check(JobSpec spec)
    {
        var files = spec.Payload.Blobs.Sum(blob => spec.Payload.SizeOf(blob) ?? 0);
        return spec.Limits.MemoryBytes > MemoryBytes ? Above("Limits.MemoryBytes", $"{spec.Limits.MemoryBytes} bytes", $"{MemoryBytes}")
            : spec.Limits.WallClock > WallClock
                ? Above("Limits.WallClock", $"{spec.Limits.WallClock.TotalSeconds} s", $"{WallClock.TotalSeconds} s")
            : spec.Limits.FileBytes > FileBytes ? Above("Limits.FileBytes", $"{spec.Limits.FileBytes} bytes", $"{FileBytes}")
            : spec.Limits.OutputBytes > OutputBytes ? Above("Limits.OutputBytes", $"{spec.Limits.OutputBytes} bytes", $"{OutputBytes}")
            : files > FileBytes ? Above("Payload", $"files of {files} bytes", $"{FileBytes}")
            : null;
    }

    private static Refused Above(string field, string value, string most) =>
        new(RefusalReason.TooLarge, $"{field}: {value}, at most {most} on this network.");
}
