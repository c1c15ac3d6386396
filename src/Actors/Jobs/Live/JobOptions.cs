using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.State;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Options of the Job actors of a node.</summary>
public sealed record JobOptions
{
    /// <summary>What a boss may hand in.</summary>
    public JobLimits Limits { get; init; } = JobLimits.Default;

    /// <summary>How bundles are lent.</summary>
    public DispatchOptions Dispatch { get; init; } = new();

    /// <summary>
    /// Leases that a job has out for each slot of the cluster, 1 to 1,024; 8 by default: a slot never waits for the next bundle.
    /// </summary>
    public int LeasesPerSlot { get; init; } = 8;

    /// <summary>
    /// Bundles of a job that are loaded at once, 1 to 65,536; 512 by default. It is more than the leases, so that draws are made ahead.
    /// </summary>
    public int OpenBundles { get; init; } = 512;

    /// <summary>
    /// Bytes of pages that stay in memory after they were written, until they are loaded; others are read back. From 0; 4 MB by default.
    /// </summary>
    public int FreshPageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of decided batches that are kept for readers of outcomes. From 0; 8 MB by default.</summary>
    public int CachedOutcomeBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// Bytes of decided bundles that may wait for the write before them; then nothing more is lent. From 1; 4 MB by default.
    /// </summary>
    public int PendingDecisionBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>
    /// The most bytes of outcomes that one event decides: larger events make every reader wait. From 1; 512 KB by default.
    /// </summary>
    public int DecidedBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// What a bundle should take, where the job leaves its size open: long against its cost (some 4 ms of processor time of the
    /// cluster where little comes together in one write: eight rows, ten signatures), short against a lease and a job. More than 0;
    /// 100 ms by default.
    /// </summary>
    public TimeSpan BundleTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time after which a vouch that was not acknowledged is sent again. More than 0; 5 s by default.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a reader waits for news before it gets an empty answer: a reader of a node that died waits little longer. More than 0;
    /// 4 s by default.
    /// </summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Readers of progress and outcomes that wait for news of one job; further ones are told to come again. From 1; 1,024 by default.
    /// </summary>
    public int MostReaders { get; init; } = 1_024;

    /// <summary>The shortest time between two answers to one reader of progress. From 0; 100 ms by default.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A job that its boss does not authorize in this time ends: it costs a live actor, and one of the boss's open jobs. A boss program
    /// does it at once, or gives up after two minutes. More than 0; 10 minutes by default.
    /// </summary>
    public TimeSpan AuthorizeWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A finished job that nobody asks leaves the memory after this time. More than 0; 2 minutes by default.</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is outside its range; the message names it.</exception>
    public void Validate()
    {
        Limits.Validate();
        Dispatch.Validate();
        OptionRange.Check(LeasesPerSlot, 1, 1_024);
        OptionRange.Check(OpenBundles, 1, 65_536);
        OptionRange.Check(FreshPageBytes, 0, int.MaxValue);
        OptionRange.Check(CachedOutcomeBytes, 0, int.MaxValue);
        OptionRange.Check(PendingDecisionBytes, 1, int.MaxValue);
        OptionRange.Check(DecidedBytes, 1, int.MaxValue);
        OptionRange.CheckWait(BundleTime);
        OptionRange.CheckWait(ResendAfter);
        OptionRange.CheckWait(LongPoll);
        OptionRange.Check(MostReaders, 1, int.MaxValue);
        OptionRange.CheckTime(ProgressInterval);
        OptionRange.CheckWait(AuthorizeWithin);
        OptionRange.CheckWait(PassivateAfter);
    }
}
