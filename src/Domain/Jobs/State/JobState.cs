using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// The durable state of a job: a fold over its events. <c>Process</c> decides without changing anything; <c>Apply</c> changes
/// it in place, because a job of millions of tasks can't be copied at every event.
/// </summary>
public sealed class JobState(JobLimits limits)
{
    private readonly JobTable _table = new();
    private readonly JobTally _tally = new();
    private JobStatus _status = JobStatus.Open;
    private bool _settled;
    private string _ended = "";
    private Forgotten? _forgotten;

    /// <summary>What the boss said; null before the job exists.</summary>
    public JobSpec? Spec { get; private set; }

    /// <summary>The job's own key, by which it signs what its boss lets it sign.</summary>
    public KeyPair? Key { get; private set; }

    public JobStatus Status => _status;

    /// <summary>How many events were applied: the journal's sequence number of the last one.</summary>
    public long Version { get; private set; }

    /// <summary>The boss's key, which signs the pages; null before the job is authorized.</summary>
    public PublicKey? BossKey { get; private set; }

    /// <summary>The chain of the pages' entries; null before the job is authorized.</summary>
    public JobChain? Submits { get; private set; }

    /// <summary>The delegate's chain: all that the job has signed; null before the job is authorized.</summary>
    public JobChain? Verdicts { get; private set; }

    /// <summary>What is left of the budget, and what decided work has cost.</summary>
    public Escrow Escrow { get; private set; }

    /// <summary>Draws of open bundles.</summary>
    public JobDraws Draws { get; } = new();

    /// <summary>The blobs that open bundles need.</summary>
    public InputBlobs Blobs { get; } = new();

    /// <summary>Vouches on their way.</summary>
    public Outbox Outbox { get; } = new();

    public IReadOnlyList<PageInfo> Pages => _table.Pages;

    /// <summary>The sequence numbers of the <see cref="Decided"/> events, in order.</summary>
    public IReadOnlyList<long> Batches => _table.Batches;

    public long Tasks => _table.Tasks;

    /// <summary>When the last page came; null where that is not on record.</summary>
    public DateTimeOffset? PageAt { get; private set; }

    /// <summary>When the job was made; null where it is not known.</summary>
    public DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>Every task that was handed in has its outcome.</summary>
    public bool AllDecided => _tally.Decided == Tasks;

    /// <summary>No task will ever get another outcome.</summary>
    public bool Complete =>
        _status is JobStatus.Cancelled or JobStatus.Finished || (_status == JobStatus.Closed && _tally.Decided == Tasks);

    /// <summary>All is said but how the budget was used.</summary>
    public bool CanSettle => !_settled && !HasChainEnded && IsInEscrow && IsOver;

    /// <summary>Everything is over but the word of it.</summary>
    public bool CanFinish => _status != JobStatus.Finished && IsOver && !CanSettle && AllReceipted;

    /// <summary>The boss's chains take nothing more of this job.</summary>
    public bool HasChainEnded { get; private set; }

    /// <summary>The chain of the pages takes nothing more; the delegate's may.</summary>
    public bool HavePagesEnded { get; private set; }

    /// <summary>Every entry is in the boss's chains, or given up.</summary>
    public bool AllReceipted => Submits is null || (Submits.Waiting.Count == 0 && Verdicts!.Waiting.Count == 0);

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

    // ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// <param name="command">The job.</param>
    /// <param name="seed">32 bytes of chance: the secret half of the job's own key, if this creates it.</param>
    public (IEvent? Event, IWire Reply) Process(Create command, ReadOnlyMemory<byte> seed)
    {
        if (_forgotten is not null)
            return (null, Absence(command.JobId)!);
        if (Spec is null)
        {
            seed = command.Seed.IsEmpty ? seed : command.Seed;
            using var made = KeyPair.FromSeed(seed.Span);
            return (new Created(command.Spec, seed), new JobAccepted(command.JobId, limits.Credit, made.Public, command.Spec.BundleFor(1), null));
        }
        return Spec == command.Spec
            ? (null, new JobAccepted(command.JobId, limits.Credit, Key!.Public, Spec.BundleFor(1), PagesSoFar()))
            : (null, SpecDifference.Conflict(Spec, command.Spec));
    }

    /// <summary>
    /// Decides on an authorization: whether the entries are the boss's, for this job. That they are in its chains is for the actor to
    /// find out before the event is kept.
    /// </summary>
    public (IEvent? Event, IWire Reply) Process(Authorize command)
    {
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        if (AuthorizationCheck.Check(command, Spec!, Key!.Public, out var opening, out var grant) is { } invalid)
            return (null, invalid);
        if (Submits is not null)
        {
            return (null, opening!.Equals(Submits.State.Opening) && grant!.Equals(Verdicts!.State.Opening)
                ? new Authorized(command.JobId, PagesSoFar()!)
                : Refuse(RefusalReason.Conflict, "The job was authorized before by other entries."));
        }
        if (_status != JobStatus.Open)
            return (null, Refuse(RefusalReason.JobClosed, $"The job takes no more tasks: it is {_status}{(_ended.Length > 0 ? $", {_ended}" : "")}."));
        return (new Delegated(command.JobId, command.Opening, command.Delegate, command.Key), new Authorized(command.JobId, JobPages.Beginning(opening!)));
    }

    /// <param name="command">The page.</param>
    /// <param name="measuredBundle">The bundle size that the measured task time suggests for the next page, where the spec leaves it open.</param>
    public (IEvent? Event, IWire Reply) Process(AddTasks command, int measuredBundle)
    {
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        if (command.Page < Pages.Count && command.Page >= 0)
        {
            var known = Pages[command.Page];
            return (null, known.Digest == PageInfo.DigestOf(command.Inputs, command.Last, command.Submit)
                ? Added(known, measuredBundle)
                : Refuse(RefusalReason.Conflict, $"Page {command.Page} was handed in before with another content."));
        }
        if (_status != JobStatus.Open)
            return (null, Refuse(RefusalReason.JobClosed, $"The job takes no more tasks: it is {_status}{(_ended.Length > 0 ? $", {_ended}" : "")}."));
        if (command.Page != Pages.Count)
            return (null, Refuse(RefusalReason.NoCredit, $"Page: {command.Page}, but the next page is {Pages.Count}."));
        if (PageCheck.Check(command, Spec!, limits, Tasks) is { } refused)
            return (null, refused);
        if (Submits is null)
            return (null, Refuse(RefusalReason.Invalid, "The job is not authorized: send Authorize first."));
        if (AuthorizationCheck.Check(command, Spec!, Submits.State, BossKey!.Value, Tasks, _table.Bundles, out var submit) is { } unsigned)
            return (null, unsigned);
        var added = new PageAdded(command.JobId, command.Page, command.Inputs, submit!.Bundle, command.Last, command.Submit) { HasBlobs = command.HasBlobs };
        return (added, new TasksAdded(
            command.JobId, command.Page, Tasks, command.Page + 1 + limits.Credit, Spec!.BundleFor(measuredBundle)));
    }

    /// <param name="command">The job.</param>
    /// <param name="forfeit">What was drawn and is not decided costs.</param>
    public (IEvent? Event, IWire Reply) Process(CancelJob command, Func<Credits> forfeit) => Absence(command.JobId) is { } absent
        ? (null, absent)
        : (Complete ? null : new Cancelled(command.JobId, forfeit()), new JobCancelled(command.JobId));

    /// <summary>The boss has gone away: as if it had cancelled the job.</summary>
    /// <inheritdoc cref="Process(CancelJob, Func{Credits})"/>
    public Cancelled? Abandon(string why, Func<Credits> forfeit) =>
        Spec is null || Complete ? null : new Cancelled(Spec.Id, forfeit()) { Why = why };

    /// <summary>Once it was forgotten, what it has kept may be erased as often as one likes.</summary>
    public (IEvent? Event, IWire Reply) Process(Forget command)
    {
        if (_forgotten is not null)
            return (null, new JobForgotten(command.JobId));
        if (Absence(command.JobId) is { } absent)
            return (null, absent);
        return _status == JobStatus.Finished
            ? (new Forgotten(command.JobId, command.FinishedAt, command.After), new JobForgotten(command.JobId))
            : (null, Refuse(RefusalReason.Unavailable, $"JobId: the job is {_status}, and not finished."));
    }

    /// <summary>The refusal for a job that nobody handed in, or that was forgotten; null where it is there.</summary>
    public Refused? Absence(JobId id) =>
        _forgotten is { } gone ? Refuse(RefusalReason.Forgotten, $"Job {id} finished more than {Duration.Text(gone.After)} ago, at {gone.FinishedAt:u}, and was forgotten.")
        : Spec is null ? Unknown(id)
        : null;

    /// <summary>The refusal for a job that nobody handed in.</summary>
    public static Refused Unknown(JobId id) => Refuse(RefusalReason.UnknownJob, $"JobId: no job {id} was handed in.");

    public JobProgress Progress() => new(
        Spec!.Id, Version, _status, Tasks, _tally.Decided, _tally.Failed, _tally.Executions, Outbox.Arrived, _tally.Busiest)
    {
        Ended = _ended, WaitsFor = WaitsFor,
    };

    private string WaitsFor =>
        _status != JobStatus.Open ? ""
        : Submits is null ? "its boss: an authorization"
        : !AllDecided ? ""
        : "its boss: a page of tasks, or the last one" + (limits.IdleTime is { } idle ? $"; without one it ends after {Duration.Text(idle)}" : "");

    // ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    public void Apply(IEvent @event)
    {
        Version++;
        // Of a job that was forgotten the first event is erased before all others: what is left of them says nothing.
        if (Spec is null && @event is not (Created or Forgotten))
            return;
        switch (@event)
        {
            case Created created:
                (Spec, CreatedAt) = (created.Spec, created.At);
                Key = KeyPair.FromSeed(created.DelegateSeed.Span);
                break;
            case PageAdded added:
                Add(added);
                break;
            case Decided decided:
                Decide(decided);
                break;
            case Redrawn redrawn:
                Draws.Redraw(redrawn.Bundles);
                break;
            case Delegated delegated:
                Authorize(delegated);
                break;
            case Requested requested:
                Draws.Request(requested.Requests, IsOpen);
                break;
            case Drawn drawn:
                Draws.Know(drawn.Epoch, drawn.Requests);
                break;
            case PassedOver passed:
                Pass(passed);
                break;
            case Receipted receipted:
                Submits!.OnReceipted(receipted.Pages);
                Verdicts!.OnReceipted(receipted.Verdicts);
                break;
            case Settling settling:
                Verdicts!.Add(settling.Entry, default);
                _settled = true;
                break;
            case PagesEnded ended:
                Escrow = Escrow.Charge(ended.Forfeit, Credits.Zero);
                EndPages(ended.Why);
                break;
            case ChainEnded ended:
                EndPages(ended.Why);
                HasChainEnded = true;
                Verdicts!.GiveUp();
                // The boss has charged it, so it is not the boss's again: the pool has it.
                Escrow = Escrow with { Paid = Escrow.Paid - Outbox.GiveUp(Verdicts.Receipted) };
                break;
            case Delivered delivered:
                Outbox.Arrive(delivered.Deliveries);
                break;
            case Cancelled cancelled:
                Escrow = Escrow.Charge(cancelled.Forfeit, Credits.Zero);
                _status = JobStatus.Cancelled;
                _ended = cancelled.Why.Length > 0 ? cancelled.Why : "its boss cancelled it";
                break;
            case Finished:
                _status = JobStatus.Finished;
                break;
            case Forgotten forgotten:
                (_status, _forgotten) = (JobStatus.Finished, forgotten);
                break;
            default:
                throw new ArgumentException($"A job has no event {@event.GetType().Name}.", nameof(@event));
        }
    }

    private void Add(PageAdded added)
    {
        _table.Add(added, Version);
        Blobs.Add(Pages[^1], added);
        PageAt = added.At;
        if (!added.Submit.IsEmpty)
            Submits!.Add(added.Submit, default);
        if (added.Last)
            _status = JobStatus.Closed;
    }

    private void Authorize(Delegated delegated)
    {
        BossKey = delegated.Key;
        Escrow = Escrow.Of(Spec!.Budget);
        Submits = JobChain.Opened(delegated.Opening, delegated.Key);
        Verdicts = JobChain.Opened(delegated.Delegate, delegated.Key);
    }

    private void EndPages(string why)
    {
        HavePagesEnded = true;
        if (!Complete)
            (_status, _ended) = (JobStatus.Cancelled, $"its boss's chain takes nothing more: {why}");
        Submits!.GiveUp();
    }

    private void Pass(PassedOver passed)
    {
        foreach (var rank in passed.Ranks)
        {
            if (IsOpen(rank.Bundle) && Attempt(rank.Bundle) == rank.Attempt)
                Draws.Pass(rank);
            if (rank.IsByDelegate)
                Verdicts!.Add(rank.Entry, default);
        }
    }

    private void Decide(Decided decided)
    {
        _table.Decide(decided.Decisions, Version);
        Blobs.Decide(decided.Decisions);
        foreach (var decision in decided.Decisions)
        {
            Draws.Forget(decision.Bundle);
            _tally.Add(decision);
            foreach (var verdict in decision.Verdicts)
            {
                foreach (var entry in verdict.Entries)
                    Verdicts!.Add(entry, verdict.Result);
                Escrow = Escrow.Charge(Spec!.Price * decision.Outcomes.Count, verdict.Pay);
            }
        }
        Outbox.Put(decided.Decisions, Verdicts?.State.Head.Seq ?? 0);
    }

    private TasksAdded Added(PageInfo page, int measured) =>
        new(Spec!.Id, page.Number, page.FirstTask, Pages.Count + limits.Credit, Spec.BundleFor(measured));

    private JobPages? PagesSoFar() => Submits is null ? null : new JobPages(Submits.State.Head, Submits.Seen, Tasks, _table.Bundles);

    private static Refused Refuse(RefusalReason reason, string message) => new(reason, message);
}
