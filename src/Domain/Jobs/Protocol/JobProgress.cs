using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>What one worker has done for a job.</summary>
/// <param name="Accepted">Task results accepted.</param>
/// <param name="Rejected">Task results rejected.</param>
public readonly record struct WorkerTally(NodeId Worker, int Accepted, int Rejected);

/// <summary>Where a job is in its life.</summary>
public enum JobStatus
{
    /// <summary>It takes pages.</summary>
    Open = 1,

    /// <summary>It has all its tasks.</summary>
    Closed = 2,

    Cancelled = 3,

    /// <summary>All is decided, or cancelled, and every vouch has arrived.</summary>
    Finished = 4,
}

/// <summary>How far a job is; all figures are durable ones.</summary>
/// <param name="Revision">Grows with every change.</param>
/// <param name="Tasks">Tasks handed in so far.</param>
/// <param name="Decided">Tasks with an outcome.</param>
/// <param name="Failed">Of these, the ones that did not succeed.</param>
/// <param name="Executions">Results that workers gave for decided tasks.</param>
/// <param name="Vouches">Vouches that have arrived, by the boss and by workers.</param>
/// <param name="Workers">Who did what; the <see cref="MaxWorkers"/> with the most results.</param>
public sealed record JobProgress(
    JobId JobId, long Revision, JobStatus Status, long Tasks, long Decided, long Failed, long Executions, long Vouches,
    IReadOnlyList<WorkerTally> Workers) : JobProtocol.IReply
{
    public const int MaxWorkers = 64;

    /// <summary>Why the job ended before all of its tasks were in and decided, for people; empty where it did not.</summary>
    public string Ended { get; init; } = "";

    /// <summary>What an open job waits for, for people; empty where it is at work, or over.</summary>
    public string WaitsFor { get; init; } = "";

    /// <summary>Every task that was or will be handed in has its outcome.</summary>
    public bool Complete => Status is JobStatus.Cancelled or JobStatus.Finished || (Status == JobStatus.Closed && Decided == Tasks);
}
