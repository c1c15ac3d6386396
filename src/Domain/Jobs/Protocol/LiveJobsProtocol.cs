using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>Which jobs have a live actor on one cluster node: nobody keeps a list of all jobs of all bosses.</summary>
public static class LiveJobsProtocol
{
    /// <summary>The most ids of one answer: they fit a frame.</summary>
    public const int MaxJobs = 1_000;

    /// <summary>Asks a node for some of its jobs, by id. Answered by <see cref="LiveJobs"/>, or <see cref="Refused"/>.</summary>
    /// <param name="After">Those after this id; the default for the first ones.</param>
    /// <param name="Count">How many at most, 1 to <see cref="MaxJobs"/>.</param>
    public sealed record GetLiveJobs(JobId After, int Count) : IWire;

    /// <summary>Some of what was asked for, in order.</summary>
    /// <param name="End">The node has none after these, now.</param>
    public sealed record LiveJobs(IReadOnlyList<JobId> Jobs, bool End) : IWire;
}
