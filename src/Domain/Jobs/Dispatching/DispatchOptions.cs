using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>How long and how much a job lends.</summary>
public sealed record DispatchOptions
{
    /// <summary>Added to the time that the tasks may take: for queues and the network.</summary>
    public TimeSpan LeaseSlack { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>No lease is longer: a worker that vanishes silently delays its bundle by no more.</summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Draws in a row with nobody in the group who was not asked, after which a bundle without an agreement is given up. They come after 1,
    /// 2, 4 ... seconds: workers that are away have some minutes to come back. From 1.
    /// </summary>
    public int EmptyDraws { get; init; } = 8;

    /// <summary>
    /// How much later than without <see cref="Preparing"/> a lease may end, 0 or more; 10 minutes by default: compiling costs no lease, but
    /// a worker that only says that it compiles can't keep a bundle.
    /// </summary>
    public TimeSpan LongestPreparation { get; init; } = TimeSpan.FromMinutes(10);
}
