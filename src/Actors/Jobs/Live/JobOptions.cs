using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.State;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>The knobs of the Job actors of a node.</summary>
public sealed record JobOptions
{
    public JobLimits Limits { get; init; } = JobLimits.Default;

    public DispatchOptions Dispatch { get; init; } = new();

    /// <summary>Leases that a job has out for each slot of the cluster: enough that a slot never waits for the next bundle.</summary>
    public int LeasesPerSlot { get; init; } = 8;

    /// <summary>Bundles of a job that are loaded at once; it is more than the leases so that draws are made ahead.</summary>
    public int OpenBundles { get; init; } = 512;

    /// <summary>Bytes of pages that stay in memory after they were written, until they are loaded; others are read back.</summary>
    public int FreshPageBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of decided batches that are kept for readers of outcomes.</summary>
    public int CachedOutcomeBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of decided bundles that may wait for the write before them; then nothing more is lent.</summary>
    public int PendingDecisionBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The most bytes of outcomes that one event decides: larger events make every reader wait.</summary>
    public int DecidedBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// What a bundle should take, where the job leaves its size open: long against its cost (some 4 ms of processor time of the
    /// cluster where little comes together in one write: eight rows, ten signatures), short against a lease and a job.
    /// </summary>
    public TimeSpan BundleTime { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>A vouch that was not acknowledged for so long is sent again.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a reader waits for news before it gets an empty answer: a reader of a node that died waits little longer.
    /// </summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Readers of progress and outcomes that wait for news of one job; whoever comes then is told to come again.</summary>
    public int MostReaders { get; init; } = 1_024;

    /// <summary>The shortest time between two answers to one reader of progress.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// A job that its boss does not authorize in this time ends: it costs a live actor, and one of the boss's open jobs. A boss program
    /// does it at once, or gives up after two minutes.
    /// </summary>
    public TimeSpan AuthorizeWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A finished job that nobody asks leaves the memory after this time.</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(2);
}
