using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// The durable state of a job: its parts, each a fold over the job's events. <c>Process</c> decides without changing anything; <c>Apply</c>
/// changes it in place, because a job of millions of tasks can't be copied at every event.
/// </summary>
public sealed partial class JobState
{
    private readonly JobLimits _limits;
    private readonly JobEvents _events = new();
    private readonly JobOrigin _origin = new();
    private readonly JobTable _table = new();
    private readonly JobTally _tally = new();
    private readonly JobChains _chains = new();
    private readonly JobLife _life;
    private readonly JobEscrow _escrow;

    /// <param name="limits">What the job may hand in.</param>
    /// <param name="more">Further parts, after those that each job has.</param>
    public JobState(JobLimits limits, params IReadOnlyCollection<IJobPart> more)
    {
        _limits = limits;
        _life = new JobLife(_table, _tally);
        Draws = new JobDraws(_table);
        Blobs = new InputBlobs(_table);
        Outbox = new Outbox(_chains);
        _escrow = new JobEscrow(_origin, _chains, Outbox);
        Checks = new JobChecks(_origin);
        // In the order in which they take an event. A new part is a word here.
        foreach (IJobPart part in (IJobPart[])[
            _origin, _table, _tally, _life, Draws, Blobs, _chains, _escrow, Outbox, Checks, Story, .. more])
            part.Register(_events);
    }

    /// <summary>What the boss said; null before the job exists.</summary>
    public JobSpec? Spec => _origin.Spec;

    /// <summary>The job's own key, by which it signs what its boss lets it sign.</summary>
    public KeyPair? Key => _origin.Key;

    /// <summary>When the job was made; null where it is not known.</summary>
    public DateTimeOffset? CreatedAt => _origin.CreatedAt;

    public JobStatus Status => _life.Status;

    /// <summary>How many events were applied: the journal's sequence number of the last one.</summary>
    public long Version { get; private set; }

    /// <summary>The kinds of events that some part takes.</summary>
    public IReadOnlyCollection<Type> Kinds => _events.Kinds;

    /// <summary>The boss's key, which signs the pages; null before the job is authorized.</summary>
    public PublicKey? BossKey => _chains.BossKey;

    /// <summary>The chain of the pages' entries; null before the job is authorized.</summary>
    public JobChain? Submits => _chains.Submits;

    /// <summary>The delegate's chain: all that the job has signed; null before the job is authorized.</summary>
    public JobChain? Verdicts => _chains.Verdicts;

    /// <summary>What is left of the budget, and what decided work has cost.</summary>
    public Escrow Escrow => _escrow.Escrow;

    /// <summary>Draws of open bundles.</summary>
    public JobDraws Draws { get; }

    /// <summary>The blobs that open bundles need.</summary>
    public InputBlobs Blobs { get; }

    /// <summary>Vouches on their way.</summary>
    public Outbox Outbox { get; }

    /// <summary>What is checked of results that are not final.</summary>
    public JobChecks Checks { get; }

    /// <summary>Which events say what becomes of the tasks.</summary>
    public JobStory Story { get; } = new();

    public IReadOnlyList<PageInfo> Pages => _table.Pages;

    /// <summary>The sequence numbers of the <see cref="Decided"/> events, in order.</summary>
    public IReadOnlyList<long> Batches => _table.Batches;

    public long Tasks => _table.Tasks;

    /// <summary>When the last page came; null where that is not on record.</summary>
    public DateTimeOffset? PageAt => _table.PageAt;

    /// <summary>Every task that was handed in has its outcome.</summary>
    public bool AllDecided => _life.AllDecided;

    /// <summary>Every task that was handed in has its outcome, or one that is not final yet.</summary>
    public bool AllCommitted => _tally.Decided + Checks.Tasks == Tasks;

    /// <summary>No task will ever get another outcome.</summary>
    public bool Complete => _life.IsComplete;

    /// <summary>All is said but how the budget was used.</summary>
    public bool CanSettle => !_life.IsSettled && !HasChainEnded && IsInEscrow && IsOver;

    /// <summary>Everything is over but the word of it.</summary>
    public bool CanFinish => Status != JobStatus.Finished && IsOver && !CanSettle && AllReceipted;

    /// <summary>The boss's chains take nothing more of this job.</summary>
    public bool HasChainEnded => _life.HasChainEnded;

    /// <summary>The chain of the pages takes nothing more; the delegate's may.</summary>
    public bool HavePagesEnded => _life.HavePagesEnded;

    /// <summary>Every entry is in the boss's chains, or given up.</summary>
    public bool AllReceipted => _chains.AllReceipted;

    /// <summary>The chain shows what is to be settled: page 0 brings the budget into it.</summary>
    private bool IsInEscrow => Verdicts is not null && !(HavePagesEnded && Submits!.Receipted == 0);

    private bool IsOver => Spec is not null && Complete && Outbox.IsEmpty;

    public bool IsOpen(long bundle) => _table.IsOpen(bundle);

    /// <summary>How often a bundle was drawn before.</summary>
    public int Attempt(long bundle) => Draws.Attempt(bundle);

    /// <summary>The page that has a task, by binary search.</summary>
    public PageInfo PageOfTask(long task) => _table.PageOfTask(task);

    /// <summary>The page that has a bundle, by binary search.</summary>
    public PageInfo PageOfBundle(long bundle) => _table.PageOfBundle(bundle);

    /// <summary>Which <see cref="Batches"/> element has the outcome of a task; null as long as there is none.</summary>
    public int? BatchOfTask(long task) => _table.BatchOfTask(task);

    /// <exception cref="ArgumentException">
    /// No part takes this kind: it is of a newer version, and passing over it would lose what it says.
    /// </exception>
    public void Apply(IEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Version++;
        // Of a job that was forgotten the first event is erased before all others: what is left of them says nothing.
        if (Spec is null && @event is not (Created or Forgotten))
            return;
        if (!_events.Tell(@event, Version))
            throw new ArgumentException($"A job has no event {@event.GetType().Name}.", nameof(@event));
    }

    public JobProgress Progress() => new(
        Spec!.Id, Version, Status, Tasks, _tally.Decided, _tally.Failed, _tally.Executions, Outbox.Arrived, _tally.Busiest)
    {
        Ended = _life.Ended, WaitsFor = WaitsFor,
    };

    private string WaitsFor =>
        Status != JobStatus.Open ? ""
        : Submits is null ? "its boss: an authorization"
        : !AllCommitted ? ""
        : "its boss: a page of tasks, or the last one"
            + (_limits.IdleTime is { } idle ? $"; without one it ends after {Duration.Text(idle)}" : "");
}
