using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Says once that the boss's chains take nothing more of the job: both, or that of the pages alone.</summary>
/// <param name="forfeit">What the boss does not get back if the job ends now.</param>
internal sealed class JobChainsEnd(JobState state, JobWriters writers, Func<Credits> forfeit) : ILivePart
{
    private string? _ended, _pagesEnded;

    /// <summary>It is said by the next write: nothing more is decided.</summary>
    public bool IsNear => (_ended ?? _pagesEnded) is not null;

    /// <summary>
    /// Results that the job has accepted, and whose verdicts are in no chain when it has ended: their workers are paid nothing.
    /// </summary>
    public IReadOnlyList<(NodeId Worker, ReadOnlyMemory<byte> Result)> Unpaid { get; private set; } = [];

    /// <summary>Whether that is the boss's doing.</summary>
    public bool IsByBoss { get; private set; } = true;

    /// <summary>How it is now: once for each write, for the epoch may change meanwhile.</summary>
    public void Look() => (_ended, _pagesEnded) = (
        state.HasChainEnded ? null : writers.Ended,
        state.HavePagesEnded ? null : writers.PagesEnded);

    /// <summary>Ends the chains after their last receipts. What has no receipt is given up.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        if (_ended is { } ended)
        {
            (Unpaid, IsByBoss) = ([.. writers.Unreceipted()], writers.IsEndedByBoss);
            events.Add(new ChainEnded(state.Spec!.Id, ended));
        }
        else if (_pagesEnded is { } pages)
        {
            events.Add(new PagesEnded(state.Spec!.Id, pages, forfeit()));
        }
    }
}
