using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Domain.Bosses;

/// <summary>Everything that a boss's durable actor is told and says: it knows which jobs the c-node has handed in.</summary>
public static class BossProtocol
{
    /// <summary>
    /// Hands in a job. Answered by <see cref="JobProtocol.JobAccepted"/> or <see cref="Refused"/>; the same job again is
    /// accepted again, another one under the same id is a conflict.
    /// </summary>
    public sealed record SubmitJob(JobSpec Spec) : IWithNodeId
    {
        public NodeId NodeId => Spec.Boss;
    }

    /// <summary>From the job: it is over. Answered by <see cref="JobEnded"/> when the boss has written it.</summary>
    public sealed record JobFinished(NodeId NodeId, JobId JobId) : IWithNodeId;

    /// <summary>Asks which jobs are open; answered by <see cref="JobList"/>.</summary>
    public sealed record GetJobs(NodeId NodeId) : IWithNodeId;

    public sealed record JobList(NodeId NodeId, IReadOnlyList<JobId> Open, long Finished) : IWithNodeId;

    public sealed record JobTaken(JobSpec Spec) : IWithNodeId
    {
        public NodeId NodeId => Spec.Boss;
    }

    /// <summary>A job is over; also the answer to whoever said so.</summary>
    public sealed record JobEnded(NodeId NodeId, JobId JobId) : IWithNodeId;
}
