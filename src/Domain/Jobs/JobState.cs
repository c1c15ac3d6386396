using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Domain.Jobs;

/// <summary>
/// The durable state of a job: a fold over its events. <c>Process</c> decides without changing anything; <c>Apply</c> changes
/// it in place, because a job of millions of tasks can't be copied at every event.
/// </summary>
public sealed class JobState(JobLimits limits)
{
    private readonly List<PageInfo> _pages = [];
    private readonly List<int> _batchOfBundle = []; // 1 + the index of the Decided that has it; 0: open
    private readonly List<long> _batches = [];      // the journal's sequence number of each Decided
    private readonly Dictionary<long, int> _redraws = [];
    private readonly Dictionary<NodeId, WorkerTally> _tallies = [];
    private JobStatus _status = JobStatus.Open;
    private long _tasks, _decided, _failed, _executions;
    private bool _settled, _chainEnded;

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

    /// <summary>Vouches on their way.</summary>
    public Outbox Outbox { get; } = new();

    public IReadOnlyList<PageInfo> Pages => _pages;

    /// <summary>The sequence numbers of the <see cref="Decided"/> events, in order.</summary>
    public IReadOnlyList<long> Batches => _batches;

    public long Tasks => _tasks;

    /// <summary>No task will ever get another outcome.</summary>
    public bool Complete =>
        _status is JobStatus.Cancelled or JobStatus.Finished || (_status == JobStatus.Closed && _decided == _tasks);

    /// <summary>All is said but how the budget was used.</summary>
    public bool CanSettle => !_settled && !_chainEnded && Verdicts is not null && IsOver;

    /// <summary>Everything is over but the word of it.</summary>
    public bool CanFinish => _status != JobStatus.Finished && IsOver && !CanSettle && AllReceipted;

    /// <summary>The boss's chains take nothing more of this job.</summary>
    public bool HasChainEnded => _chainEnded;

    /// <summary>Every entry is in the boss's chains, or given up.</summary>
    public bool AllReceipted => Submits is null || (Submits.Waiting.Count == 0 && Verdicts!.Waiting.Count == 0);

    private bool IsOver => Spec is not null && Complete && Outbox.IsEmpty;

    public bool IsOpen(long bundle) => _batchOfBundle[(int)bundle] == 0;

    /// <summary>How often a bundle was drawn before.</summary>
    public int Attempt(long bundle) => _redraws.GetValueOrDefault(bundle);

    /// <summary>The page that has a task, by binary search.</summary>
    public PageInfo PageOfTask(long task) => Find(page => page.EndTask <= task);

    /// <summary>The page that has a bundle, by binary search.</summary>
    public PageInfo PageOfBundle(long bundle) => Find(page => page.EndBundle <= bundle);

    /// <summary>Which <see cref="Batches"/> element has the outcome of a task; null as long as there is none.</summary>
    public int? BatchOfTask(long task)
    {
        var batch = _batchOfBundle[(int)PageOfTask(task).BundleOf(task)];
        return batch == 0 ? null : batch - 1;
    }

    // ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// <param name="command">The job.</param>
    /// <param name="seed">32 bytes of chance: the secret half of the job's own key, if this creates it.</param>
    public (IEvent? Event, IWire Reply) Process(Create command, ReadOnlyMemory<byte> seed)
    {
        if (Spec is null)
        {
            using var made = KeyPair.FromSeed(seed.Span);
            return (new Created(command.Spec, seed), new JobAccepted(command.JobId, limits.Credit, made.Public, SizeOf(command.Spec, 1), null));
        }
        return Spec == command.Spec
            ? (null, new JobAccepted(command.JobId, limits.Credit, Key!.Public, SizeOf(Spec, 1), PagesSoFar()))
            : (null, new Refused(RefusalReason.Conflict, $"Job {command.JobId} was handed in before with another content."));
    }

    /// <summary>
    /// Decides on an authorization: whether the entries are the boss's, for this job. That they are in its chains is for the actor to
    /// find out before the event is kept.
    /// </summary>
    public (IEvent? Event, IWire Reply) Process(Authorize command)
    {
        if (Spec is null)
            return (null, UnknownJob(command.JobId));
        if (AuthorizationCheck.Check(command, Spec, Key!.Public, out var opening, out var grant) is { } invalid)
            return (null, invalid);
        if (Submits is not null)
        {
            return (null, opening!.Equals(Submits.State.Opening) && grant!.Equals(Verdicts!.State.Opening)
                ? new Authorized(command.JobId, PagesSoFar()!)
                : Refuse(RefusalReason.Conflict, "The job was authorized before by other entries."));
        }
        if (_status != JobStatus.Open)
            return (null, Refuse(RefusalReason.JobClosed, $"The job takes no more tasks: it is {_status}."));
        return (new Delegated(command.JobId, command.Opening, command.Delegate, command.Key), new Authorized(command.JobId, Beginning(opening!)));
    }

    /// <param name="command">The page.</param>
    /// <param name="measuredBundle">The bundle size that the measured task time suggests for the next page, where the spec leaves it open.</param>
    public (IEvent? Event, IWire Reply) Process(AddTasks command, int measuredBundle)
    {
        if (Spec is null)
            return (null, UnknownJob(command.JobId));
        if (command.Page < _pages.Count && command.Page >= 0)
        {
            var known = _pages[command.Page];
            return (null, known.Digest == PageInfo.DigestOf(command.Inputs, command.Last, command.Submit)
                ? Added(known, measuredBundle)
                : Refuse(RefusalReason.Conflict, $"Page {command.Page} was handed in before with another content."));
        }
        if (_status != JobStatus.Open)
            return (null, Refuse(RefusalReason.JobClosed, $"The job takes no more tasks: it is {_status}."));
        if (command.Page != _pages.Count)
            return (null, Refuse(RefusalReason.NoCredit, $"Page: {command.Page}, but the next page is {_pages.Count}."));
        if (Outside(command) is { } refused)
            return (null, refused);
        if (Submits is null)
            return (null, Refuse(RefusalReason.Invalid, "The job is not authorized: send Authorize first."));
        if (AuthorizationCheck.Check(command, Spec, Submits.State, BossKey!.Value, _tasks, _batchOfBundle.Count, out var submit) is { } unsigned)
            return (null, unsigned);
        var added = new PageAdded(command.JobId, command.Page, command.Inputs, submit!.Bundle, command.Last, command.Submit);
        return (added, new TasksAdded(
            command.JobId, command.Page, _tasks, command.Page + 1 + limits.Credit, SizeOf(Spec, measuredBundle)));
    }

    public (IEvent? Event, IWire Reply) Process(CancelJob command)
    {
        if (Spec is null)
            return (null, UnknownJob(command.JobId));
        return (Complete ? null : new Cancelled(command.JobId), new JobCancelled(command.JobId));
    }

    /// <summary>The refusal for a job that nobody handed in.</summary>
    public static Refused UnknownJob(JobId id) => new(RefusalReason.UnknownJob, $"JobId: no job {id} was handed in.");

    public JobProgress Progress() => new(
        Spec!.Id, Version, _status, _tasks, _decided, _failed, _executions, Outbox.Arrived,
        [.. _tallies.Values.OrderByDescending(tally => tally.Accepted + tally.Rejected).ThenBy(tally => tally.Worker)
            .Take(JobProgress.MaxWorkers)]);

    // ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    public void Apply(IEvent @event)
    {
        Version++;
        switch (@event)
        {
            case Created created:
                Spec = created.Spec;
                Key = KeyPair.FromSeed(created.DelegateSeed.Span);
                break;
            case PageAdded added:
                Add(added);
                break;
            case Decided decided:
                Decide(decided);
                break;
            case Redrawn redrawn:
                foreach (var bundle in redrawn.Bundles)
                {
                    _redraws[bundle] = _redraws.GetValueOrDefault(bundle) + 1;
                    Draws.Forget(bundle);
                }
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
            case ChainEnded:
                _chainEnded = true;
                if (!Complete)
                    _status = JobStatus.Cancelled;
                Submits!.GiveUp();
                Verdicts!.GiveUp();
                break;
            case Delivered delivered:
                Outbox.Arrive(delivered.Deliveries);
                break;
            case Cancelled:
                _status = JobStatus.Cancelled;
                break;
            case Finished:
                _status = JobStatus.Finished;
                break;
            default:
                throw new ArgumentException($"A job has no event {@event.GetType().Name}.", nameof(@event));
        }
    }

    private void Add(PageAdded added)
    {
        var page = new PageInfo(
            added.Page, Version, _tasks, added.Inputs.Count, added.BundleSize, _batchOfBundle.Count,
            PageInfo.DigestOf(added.Inputs, added.Last, added.Submit));
        _pages.Add(page);
        if (!added.Submit.IsEmpty)
            Submits!.Add(added.Submit, default);
        _tasks += page.Count;
        for (var i = 0; i < page.Bundles; i++)
            _batchOfBundle.Add(0);
        if (added.Last)
            _status = JobStatus.Closed;
    }

    private void Authorize(Delegated delegated)
    {
        BossKey = delegated.Key;
        Escrow = Escrow.Of(Spec!.Budget);
        Submits = Opened(delegated.Opening, delegated.Key);
        Verdicts = Opened(delegated.Delegate, delegated.Key);
    }

    private static JobChain Opened(ReadOnlyMemory<byte> opening, PublicKey key) => Entry.TryParse(opening.Span, out var entry, out var refused)
        ? new JobChain(ChainState.Opened(entry, key), entry.Place.Checkpoint)
        : throw new InvalidOperationException($"A job's event has an entry that is none: {refused.Message}");

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
        _batches.Add(Version);
        foreach (var decision in decided.Decisions)
        {
            if (!IsOpen(decision.Bundle))
                throw new InvalidOperationException($"Bundle {decision.Bundle} was decided before.");
            _batchOfBundle[(int)decision.Bundle] = _batches.Count;
            _redraws.Remove(decision.Bundle);
            Draws.Forget(decision.Bundle);
            _decided += decision.Outcomes.Count;
            _failed += decision.Outcomes.Count(outcome => !outcome.Succeeded);
            _executions += (long)decision.Outcomes.Count * decision.Verdicts.Count;
            foreach (var verdict in decision.Verdicts)
            {
                foreach (var entry in verdict.Entries)
                    Verdicts!.Add(entry, verdict.Result);
                Escrow = Escrow.Charge(Spec!.Price * decision.Outcomes.Count, verdict.Pay);
                var tally = _tallies.GetValueOrDefault(verdict.Worker, new WorkerTally(verdict.Worker, 0, 0));
                _tallies[verdict.Worker] = tally with
                {
                    Accepted = tally.Accepted + verdict.Accepted,
                    Rejected = tally.Rejected + verdict.Rejected,
                };
            }
        }
        Outbox.Put(decided.Decisions);
    }

    private Refused? Outside(AddTasks command)
    {
        if (command.Inputs.Count > limits.PageTasks)
            return Refuse(RefusalReason.TooLarge, $"Inputs: {command.Inputs.Count} tasks in a page, at most {limits.PageTasks}.");
        if (command.Inputs.Count == 0 && !command.Last)
            return Refuse(RefusalReason.Invalid, "Inputs: a page without tasks only closes a job.");
        if (_tasks + command.Inputs.Count > limits.Tasks)
            return Refuse(RefusalReason.TooLarge, $"Inputs: the job would have {_tasks + command.Inputs.Count} tasks, at most {limits.Tasks}.");
        var bytes = 0;
        for (var i = 0; i < command.Inputs.Count; i++)
        {
            var length = command.Inputs[i].Length;
            if (length > limits.InputBytes)
                return Refuse(RefusalReason.TooLarge, $"Inputs[{i}]: {length} bytes, at most {limits.InputBytes}.");
            bytes += length;
        }
        if (!Pricing.Covers(Spec!.Budget, Spec.Price, _tasks + command.Inputs.Count, Spec.Policy.Cap))
        {
            return Refuse(RefusalReason.TooLarge,
                $"Inputs: {_tasks + command.Inputs.Count} tasks at {Spec.Price} credits may be executed {Spec.Policy.Cap} times each; Budget: {Spec.Budget}.");
        }
        return bytes > limits.PageBytes
            ? Refuse(RefusalReason.TooLarge, $"Inputs: {bytes} bytes in a page, at most {limits.PageBytes}.")
            : null;
    }

    private TasksAdded Added(PageInfo page, int measured) =>
        new(Spec!.Id, page.Number, page.FirstTask, _pages.Count + limits.Credit, SizeOf(Spec, measured));

    private static JobPages Beginning(Entry opening) => new(
        new ChainHead(opening.Place.Issuer, opening.Place.Seq, 0, opening.Hash), opening.Place.Checkpoint, 0, 0);

    private JobPages? PagesSoFar() => Submits is null ? null : new JobPages(Submits.State.Head, Submits.Seen, _tasks, _batchOfBundle.Count);

    private static int SizeOf(JobSpec spec, int measured) =>
        spec.BundleSize > 0 ? spec.BundleSize : Math.Clamp(measured, 1, JobSpec.MaxBundle);

    private static Refused Refuse(RefusalReason reason, string message) => new(reason, message);

    private PageInfo Find(Func<PageInfo, bool> before)
    {
        int low = 0, high = _pages.Count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (before(_pages[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return _pages[low];
    }
}
