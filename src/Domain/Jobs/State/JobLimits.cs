using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>What one job may hand in. The defaults keep every message under Akka.Remote's frame of 128 KB.</summary>
public sealed record JobLimits
{
    /// <summary>The most that <see cref="PageBytes"/> may say, in bytes: a page travels in one message.</summary>
    public const int MaxPageBytes = 64 * 1024;

    /// <summary>
    /// Bytes of one task's input in a page, 1 to <see cref="PageBytes"/>; 48 KB by default. Larger inputs are blobs:
    /// <see cref="Work.TaskInput"/>.
    /// </summary>
    public int InputBytes { get; init; } = 48 * 1024;

    /// <summary>Bytes of all inputs of a page, 1 to <see cref="MaxPageBytes"/>; 64 KB by default.</summary>
    public int PageBytes { get; init; } = MaxPageBytes;

    /// <summary>Tasks of a page, 1 to <see cref="Submit.MaxPage"/>; 1,024 by default.</summary>
    public int PageTasks { get; init; } = 1_024;

    /// <summary>Tasks of a job, 1 to 100 million; 10 million by default. A job's state holds some bytes a bundle.</summary>
    public long Tasks { get; init; } = 10_000_000;

    /// <summary>
    /// Pages that may be on their way to the journal at once, 1 to 1,024; 8 by default, so that the writer never waits for the reader.
    /// </summary>
    public int Credit { get; init; } = 8;

    /// <summary>
    /// Time after which an open job that takes no page and decides nothing is ended: its boss is gone. More than 0; 1 day by default.
    /// <c>null</c> means never.
    /// </summary>
    public TimeSpan? IdleTime { get; init; } = TimeSpan.FromDays(1);

    public static readonly JobLimits Default = new();

    /// <summary>Checks the limits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(PageBytes, 1, MaxPageBytes);
        OptionRange.Check(InputBytes, 1, PageBytes);
        OptionRange.Check(PageTasks, 1, Submit.MaxPage);
        OptionRange.Check(Tasks, 1, 100_000_000);
        OptionRange.Check(Credit, 1, 1_024);
        if (IdleTime is { } idle)
            OptionRange.CheckWait(idle, nameof(IdleTime));
    }
}
