using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>Where a job is in its life, and why it ended.</summary>
internal sealed class JobLife(JobTable table, JobTally tally) : IJobPart
{
    public JobStatus Status { get; private set; } = JobStatus.Open;

    /// <summary>Why it ended before all of its tasks were in and decided, for people; empty where it did not.</summary>
    public string Ended { get; private set; } = "";

    /// <summary>How the budget was used is said.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>The boss's chains take nothing more of this job.</summary>
    public bool HasChainEnded { get; private set; }

    /// <summary>The chain of the pages takes nothing more; the delegate's may.</summary>
    public bool HavePagesEnded { get; private set; }

    /// <summary>Its last event; null before.</summary>
    public Forgotten? Forgotten { get; private set; }

    /// <summary>Every task that was handed in has its outcome.</summary>
    public bool AllDecided => tally.Decided == table.Tasks;

    /// <summary>No task will ever get another outcome.</summary>
    public bool IsComplete => Status is JobStatus.Cancelled or JobStatus.Finished || (Status == JobStatus.Closed && AllDecided);

    public void Register(JobEvents events) => events
        .On<PageAdded>(added => Status = added.Last ? JobStatus.Closed : Status)
        .On<Settling>(_ => IsSettled = true)
        .On<PagesEnded>(ended => EndPages(ended.Why))
        .On<ChainEnded>(ended =>
        {
            EndPages(ended.Why);
            HasChainEnded = true;
        })
        .On<Cancelled>(cancelled =>
            (Status, Ended) = (JobStatus.Cancelled, cancelled.Why.Length > 0 ? cancelled.Why : "its boss cancelled it"))
        .On<Finished>(_ => Status = JobStatus.Finished)
        .On<Forgotten>(forgotten => (Status, Forgotten) = (JobStatus.Finished, forgotten));

    private void EndPages(string why)
    {
        HavePagesEnded = true;
        if (!IsComplete)
            (Status, Ended) = (JobStatus.Cancelled, $"its boss's chain takes nothing more: {why}");
    }
}
