using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>What a job is from its first event on.</summary>
internal sealed class JobOrigin : IJobPart
{
    /// <summary>Null before the job exists.</summary>
    public JobSpec? Spec { get; private set; }

    /// <summary>The job's own key.</summary>
    public KeyPair? Key { get; private set; }

    /// <summary>Null where it is not known.</summary>
    public DateTimeOffset? CreatedAt { get; private set; }

    public void Register(JobEvents events) => events.On<Created>(created =>
    {
        (Spec, CreatedAt) = (created.Spec, created.At);
        Key = KeyPair.FromSeed(created.DelegateSeed.Span);
    });
}
