using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Roster.Closing;
using AkkaCompute.Domain.Scheduling;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Hosting;

/// <summary>What a cluster node is made of; the composition root says it.</summary>
public sealed record ComputeNodeOptions : IRosterOptions
{
    /// <summary>The c-nodes that work on this node.</summary>
    public required IReadOnlyList<LocalWorker> Workers { get; init; }

    /// <summary>Modules and files of programs.</summary>
    public required IBlobStore Blobs { get; init; }

    /// <summary>Refuses code that no worker would run. <c>null</c> means that all is taken, and refused by each task.</summary>
    public ICodeCheck? CodeCheck { get; init; }

    /// <summary>The cluster node's own key: it signs its reveals, epoch records and receipts, nothing else.</summary>
    public required KeyPair NodeKey { get; init; }

    /// <summary>What admission and reputation are computed by: the same on all nodes.</summary>
    public TrustRules Rules { get; init; } = new();

    /// <summary>What cheap keys may take of the roster and the records: the same on all nodes.</summary>
    public RosterBudgets Budgets { get; init; } = RosterBudgets.Default;

    /// <summary>Links of the chain of chance that this process makes: one an epoch; 0.3 µs each to make.</summary>
    public uint ChainLength { get; init; } = 1 << 18;

    /// <summary>So many links before the end of its chain the node announces the next one.</summary>
    public uint RenewChainBefore { get; init; } = 1 << 14;

    /// <summary>Bundles that run at once on this node: one a core.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>How much compiling of foreign modules this node does, and for whom.</summary>
    public CompileRules Compiling { get; init; } = new();

    /// <summary>
    /// Shards of each kind of actor: about ten a node at the largest size. Never to be changed on a journal that is in use.
    /// </summary>
    public int Shards { get; init; } = 60;

    /// <summary>The largest blob that may be put through messages.</summary>
    public int MaxBlobBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Blobs that are kept in memory, in bytes: large inputs of tasks, and what is being fetched.</summary>
    public long BlobCacheBytes { get; init; } = 128L << 20;

    /// <summary>The most that a job may ask for. The same on all nodes.</summary>
    public TaskCeilings Ceilings { get; init; } = TaskCeilings.Default;

    /// <summary>How many bytes of blobs are kept for one boss, and in all. The same on all nodes.</summary>
    public BlobQuota BlobQuota { get; init; } = new(PerBoss: 256L << 20, Total: 1L << 30);

    /// <summary>A blob that no job refers to is kept so long after it was put last.</summary>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often blobs that nobody needs are dropped.</summary>
    public TimeSpan BlobCollectEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The journal from below, where finished jobs are erased; null: jobs are kept for ever.</summary>
    public IStoredEvents? StoredEvents { get; init; }

    /// <summary>So long after its end a job is forgotten; null: never. The same on all nodes.</summary>
    public TimeSpan? RetainJobs { get; init; }

    /// <summary>How often jobs are looked for that are to be forgotten.</summary>
    public TimeSpan RetentionSweepEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What the first c-nodes here hand in so that newcomers can earn; null: nothing.</summary>
    public BootstrapOptions? Bootstrap { get; init; }

    /// <summary>An epoch is open at least so long, so that work comes together.</summary>
    public TimeSpan MinEpoch { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Where chains have grown and nothing else waits, an epoch is open so long.</summary>
    public TimeSpan HeadsEpoch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// So long an epoch waits for the reveals of all committed nodes, and then again for the signatures of a majority; after that it is
    /// closed as degraded. Who is slower is set aside.
    /// </summary>
    public TimeSpan RevealWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many times longer an epoch is open, on a large roster, than what its positions take to compute (0.5 µs a member).
    /// </summary>
    public int EpochStretch { get; init; } = 10;

    /// <summary>Epochs between the roster's snapshots: a start reads at most so many events.</summary>
    public int EpochsPerSnapshot { get; init; } = 256;

    /// <summary>
    /// So long after a node has come or gone a job is not refused for too few workers: it is to be handed in again. A new node's workers
    /// can be drawn after some ten seconds, in a full compose start after twenty.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a program that signs into a main chain holds its next place: <see cref="Domain.Chains.ChainProtocol.Reserve"/>.
    /// </summary>
    public TimeSpan PlaceHeldFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Epochs that this node withholds its reveals from: for tests of what comes of it.</summary>
    internal Func<EpochFreeze, bool>? Withholds { get; init; }

    public JobOptions Job { get; init; } = new();

    /// <summary>
    /// A roster whose singleton is silent for longer, or that closes no epoch for longer while work waits, makes the node not ready. A
    /// lost node's singleton is elsewhere after some 30 s (20 s of them until it is decided that the node is lost).
    /// </summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The machine's clock. A node goes by it only once, at its start: <see cref="SteadyTime"/>.</summary>
    public TimeProvider Time { get; init; } = SteadyTime.OfProcess;
}
