namespace AkkaCompute.Domain.Jobs.State;

/// <summary>What one job may hand in. The defaults keep every message under Akka.Remote's frame of 128 KB.</summary>
public sealed record JobLimits
{
    /// <summary>Bytes of one task's input in a page. Larger inputs are blobs: <see cref="Work.TaskInput"/>.</summary>
    public int InputBytes { get; init; } = 48 * 1024;

    /// <summary>Bytes of all inputs of a page.</summary>
    public int PageBytes { get; init; } = 64 * 1024;

    /// <summary>Tasks of a page.</summary>
    public int PageTasks { get; init; } = 1_024;

    /// <summary>Tasks of a job: its state holds some bytes a bundle.</summary>
    public long Tasks { get; init; } = 10_000_000;

    /// <summary>Pages that may be on their way to the journal at once: enough that the writer never waits for the reader.</summary>
    public int Credit { get; init; } = 8;

    /// <summary>An open job that takes no page and decides nothing for so long is ended: its boss is gone. Null: never.</summary>
    public TimeSpan? IdleTime { get; init; } = TimeSpan.FromDays(1);

    public static readonly JobLimits Default = new();
}
