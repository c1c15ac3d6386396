using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Draw;
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

    /// <summary>
    /// Links of the hash chain that this process reveals from: one an epoch. 1 to 16,777,216; 262,144 by default, at 0.3 µs each to make.
    /// </summary>
    public uint ChainLength { get; init; } = 1 << 18;

    /// <summary>
    /// Links before the end of its chain at which the node announces the next one, 0 to <see cref="ChainLength"/>; 16,384 by default.
    /// </summary>
    public uint RenewChainBefore { get; init; } = 1 << 14;

    /// <summary>Bundles that run at once on this node, 1 to <see cref="NodeInfo.MaxSlots"/>; one a core by default.</summary>
    public int Slots { get; init; } = Environment.ProcessorCount;

    /// <summary>How much compiling of foreign modules this node does, and for whom.</summary>
    public CompileRules Compiling { get; init; } = new();

    /// <summary>
    /// Shards of each kind of actor: about ten a node at the largest size. 1 to 10,000; 60 by default. It never changes on a journal that
    /// is in use.
    /// </summary>
    public int Shards { get; init; } = 60;

    /// <summary>The largest blob that may be put through messages, in bytes, 1 to 1 GB; 64 MB by default.</summary>
    public int MaxBlobBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Blobs that are kept in memory, in bytes: large inputs of tasks, and what is being fetched. From 0; 128 MB by default.
    /// </summary>
    public long BlobCacheBytes { get; init; } = 128L << 20;

    /// <summary>The most that a job may ask for. The same on all nodes.</summary>
    public TaskCeilings Ceilings { get; init; } = TaskCeilings.Default;

    /// <summary>Bytes of blobs that are kept for one boss, and in all; 256 MB and 1 GB by default. The same on all nodes.</summary>
    public BlobQuota BlobQuota { get; init; } = new(PerBoss: 256L << 20, Total: 1L << 30);

    /// <summary>Time after it was put last that a blob is kept which no job refers to. From 0; 7 days by default.</summary>
    public TimeSpan BlobGrace { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time between two rounds that drop blobs which nobody needs. More than 0; 1 hour by default.</summary>
    public TimeSpan BlobCollectEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The journal as its database has it, where finished jobs are erased. <c>null</c>, as by default, means that jobs are kept for ever.
    /// </summary>
    public IStoredEvents? StoredEvents { get; init; }

    /// <summary>
    /// Time after which a finished job is forgotten, from 0. <c>null</c>, as by default, means never. The same on all nodes.
    /// </summary>
    public TimeSpan? RetainJobs { get; init; }

    /// <summary>Time between two searches for jobs to forget. More than 0; 10 minutes by default.</summary>
    public TimeSpan RetentionSweepEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// What the first c-nodes here hand in so that newcomers can earn. <c>null</c>, as by default, means nothing.
    /// </summary>
    public BootstrapOptions? Bootstrap { get; init; }

    /// <summary>The shortest time that an epoch is open, so that work comes together. More than 0; 50 ms by default.</summary>
    public TimeSpan MinEpoch { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Time that an epoch is open where chains have grown and nothing else waits. More than 0; 1 s by default.
    /// </summary>
    public TimeSpan HeadsEpoch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Time that an epoch waits for the reveals of all committed nodes, and then again for the signatures of a majority; after that it is
    /// closed as degraded. A node that is slower is set aside. More than 0; 2 s by default.
    /// </summary>
    public TimeSpan RevealWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many times longer an epoch is open, on a large roster, than what its positions take to compute (0.5 µs a member). 0 to 1,000; 10
    /// by default.
    /// </summary>
    public int EpochStretch { get; init; } = 10;

    /// <summary>
    /// Epochs between the roster's snapshots, from 1; 256 by default. A start reads at most so many events.
    /// </summary>
    public int EpochsPerSnapshot { get; init; } = 256;

    /// <summary>
    /// Time after a node has come or gone in which a job with too few workers is not refused for good: its boss is told to hand it in
    /// again. A new node's workers can be drawn after some ten seconds, in a full compose start after twenty. From 0; 30 s by default.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a program that signs into a main chain holds its next place: <see cref="Domain.Chains.ChainProtocol.Reserve"/>. More than
    /// 0; 30 s by default.
    /// </summary>
    public TimeSpan PlaceHeldFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Epochs that this node withholds its reveals from: for tests of what comes of it.</summary>
    internal Func<EpochFreeze, bool>? Withholds { get; init; }

    /// <summary>How jobs are held and lent.</summary>
    public JobOptions Job { get; init; } = new();

    /// <summary>
    /// A roster whose singleton is silent for longer, or that closes no epoch for longer while work waits, makes the node not ready. A
    /// lost node's singleton is elsewhere after some 30 s (20 s of them until it is decided that the node is lost). More than 0; 60 s by
    /// default.
    /// </summary>
    public TimeSpan StalledAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The machine's clock. A node goes by it only once, at its start: <see cref="SteadyTime"/>.</summary>
    public TimeProvider Time { get; init; } = SteadyTime.OfProcess;

    /// <summary>Checks the options, and those within them.</summary>
    /// <exception cref="ArgumentException">One is missing or outside its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Workers);
        ArgumentNullException.ThrowIfNull(Blobs);
        ArgumentNullException.ThrowIfNull(NodeKey);
        if (Rules.Flaw() is { } flaw)
            throw new ArgumentOutOfRangeException(nameof(Rules), flaw);
        Budgets.Validate();
        Compiling.Validate();
        Ceilings.Validate();
        BlobQuota.Validate();
        Bootstrap?.Validate();
        Job.Validate();
        OptionRange.Check(ChainLength, 1u, 1u << 24);
        OptionRange.Check(RenewChainBefore, 0u, ChainLength);
        OptionRange.Check(Slots, 1, NodeInfo.MaxSlots);
        OptionRange.Check(Shards, 1, 10_000);
        OptionRange.Check(MaxBlobBytes, 1, 1 << 30);
        OptionRange.Check(BlobCacheBytes, 0, long.MaxValue);
        OptionRange.CheckTime(BlobGrace);
        OptionRange.CheckWait(BlobCollectEvery);
        if (RetainJobs is { } retained)
            OptionRange.CheckTime(retained, nameof(RetainJobs));
        OptionRange.CheckWait(RetentionSweepEvery);
        OptionRange.CheckWait(MinEpoch);
        OptionRange.CheckWait(HeadsEpoch);
        OptionRange.CheckWait(RevealWait);
        OptionRange.Check(EpochStretch, 0, 1_000);
        OptionRange.Check(EpochsPerSnapshot, 1, int.MaxValue);
        OptionRange.CheckTime(SettleTime);
        OptionRange.CheckWait(PlaceHeldFor);
        OptionRange.CheckWait(StalledAfter);
    }
}
