using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>How long and how much a job lends.</summary>
public sealed record DispatchOptions
{
    /// <summary>Added to the time that the tasks may take, for queues and the network. From 0; 15 s by default.</summary>
    public TimeSpan LeaseSlack { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// No lease is longer: a worker that vanishes silently delays its bundle by no more. More than 0; 1 hour by default.
    /// </summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Draws in a row that find nobody who was not asked before. After them a bundle without an agreement is given up. They come after 1,
    /// 2, 4 ... seconds, so that workers that are away have some minutes to come back. From 1; 8 by default.
    /// </summary>
    public int EmptyDraws { get; init; } = 8;

    /// <summary>
    /// How much later than without <see cref="Preparing"/> a lease may end. From 0; 10 minutes by default: compiling costs no lease, but
    /// a worker that only says that it compiles can't keep a bundle.
    /// </summary>
    public TimeSpan LongestPreparation { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        OptionRange.CheckTime(LeaseSlack);
        OptionRange.CheckWait(LongestLease);
        OptionRange.Check(EmptyDraws, 1, int.MaxValue);
        OptionRange.CheckTime(LongestPreparation);
    }
}
