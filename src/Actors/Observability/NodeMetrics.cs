using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Observability;

/// <summary>
/// The instruments of one node. Labels have few values: never a job, a c-node or an address. What counts events counts those
/// of this node alone, so that sums over nodes are right; only the roster's gauges say the same on all nodes.
/// </summary>
public sealed class NodeMetrics : IDisposable
{
    /// <summary>The name of each node's meter.</summary>
    public const string MeterName = "AkkaCompute";

    private const string Lent = "lent", Answered = "answered";

    private static readonly string[] OutcomeWords = ["succeeded", "failed", "trapped", "no_result", "no_agreement", "unsure"];
    private static readonly string[] Statuses = [.. Enum.GetValues<JobStatus>().Select(status => status.ToString().ToLowerInvariant())];
    private static readonly JobStatus[] StatusValues = Enum.GetValues<JobStatus>();

    private readonly ConcurrentDictionary<JobGauge, byte> _jobs = new();
    private readonly Counter<long> _unknown, _jobEvents, _outcomes, _executions, _verdicts, _leases, _bundles, _epochs, _bootstrap, _lost,
        _refused;
    private readonly Histogram<double> _writes, _draws, _bundleTime;
    private int _forkedKeys;

    public NodeMetrics(TimeProvider time)
    {
        (Journal, Tap) = (new JournalHealth(time), new NetworkTap(time));
        _unknown = Meter.CreateCounter<long>("akkacompute.unknown_messages", null, "Messages that an actor did not know, by type.");
        _jobEvents = Meter.CreateCounter<long>("akkacompute.job.events", null, "Jobs that were accepted, cancelled and finished here.");
        _outcomes = Meter.CreateCounter<long>("akkacompute.task.outcomes", null, "Tasks that were decided here, by what came of them.");
        _executions = Meter.CreateCounter<long>(
            "akkacompute.task.executions", null, "Results that went into these decisions: by the outcomes it is the redundancy.");
        _verdicts =
            Meter.CreateCounter<long>("akkacompute.verification.results", null, "Results by how they compare with what was agreed on.");
        _leases = Meter.CreateCounter<long>(
            "akkacompute.lease.events", null, "Leases of jobs here: lent, answered, declined, expired, lost with their node.");
        _bundles = Meter.CreateCounter<long>(
            "akkacompute.bundle.executions", null, "Bundles that went through the slots of this node: done, or returned unfinished.");
        _epochs =
            Meter.CreateCounter<long>("akkacompute.roster.epochs_closed", null, "Epochs that this node closed, as the roster's singleton.");
        _bootstrap = Meter.CreateCounter<long>(
            "akkacompute.bootstrap.jobs", null,
            "Jobs for newcomers that this node has begun and finished, or that failed; idle: it was due, and there was nobody to work or "
            + "to judge.");
        _refused = Meter.CreateCounter<long>(
            "akkacompute.results.refused", null, "Results that jobs here did not take: of another key, late, or not of what was lent.");
        _lost = Meter.CreateCounter<long>(
            "akkacompute.results.lost", null, "Results that a job here decided on and that their author's keeper does not take.");
        _writes = Meter.CreateHistogram(
            "akkacompute.journal.write.duration", "s", "From handing events to the journal until they are durable.", null,
            Buckets(0.0005, 16));
        _draws = Meter.CreateHistogram(
            "akkacompute.draw.wait.duration", "s", "From committing bundles until an epoch has drawn them.", null, Buckets(0.01, 12));
        _bundleTime = Meter.CreateHistogram(
            "akkacompute.bundle.duration", "s", "From a bundle's arrival at its worker until its tasks have run, one after the other.",
            null, Buckets(0.001, 16));
        Meter.CreateObservableGauge("akkacompute.jobs", ObserveJobs, null, "Jobs with a live actor here, by status.");
        Meter.CreateObservableGauge("akkacompute.tasks", ObserveTasks, null, "Tasks of the unfinished jobs here, by state.");
        Meter.CreateObservableGauge(
            "akkacompute.leases.open", () => _jobs.Keys.Sum(job => job.Leases), null, "Bundles of jobs here that workers have now.");
        Meter.CreateObservableGauge(
            "akkacompute.job.commands.waiting", () => _jobs.Keys.Sum(job => job.Commands), null,
            "Commands to jobs here that wait for a write.");
        Meter.CreateObservableGauge(
            "akkacompute.roster.forked_keys", () => Volatile.Read(ref _forkedKeys), null,
            "Cluster nodes' keys that this node has seen sign two records of one epoch.");
        Meter.CreateObservableGauge(
            "akkacompute.lease.answering", ObserveAnswering, null,
            "The share of ended leases of jobs here that were answered; nothing before 64 have ended.");
        Meter.CreateObservableCounter("akkacompute.journal.failures", () => Journal.Failures, null, "Writes that the journal refused.");
        Meter.CreateObservableGauge(
            "akkacompute.journal.refusing", () => Journal.Refusing is null ? 0 : 1, null,
            "1 while new work is refused because the journal takes no writes.");
    }

    /// <summary>The meter of this node alone: a process may have several.</summary>
    public Meter Meter { get; } = new(MeterName);

    public JournalHealth Journal { get; }

    /// <summary>What people who watch this node see.</summary>
    public NetworkTap Tap { get; }

    public void Track(JobGauge job) => _jobs.TryAdd(job, 0);

    public void Untrack(JobGauge job) => _jobs.TryRemove(job, out _);

    public void OnUnknown(string type) => _unknown.Add(1, Label("type", type));

    /// <param name="what">accepted, cancelled or finished.</param>
    public void OnJob(string what) => _jobEvents.Add(1, Label("event", what));

    /// <param name="what">lent, answered, declined, expired or lost.</param>
    public void OnLeases(string what, int count = 1)
    {
        if (count <= 0)
            return;
        _leases.Add(count, Label("event", what));
        if (what != Lent)
            Answers.Add(what == Answered, count);
    }

    /// <summary>How many of those whom jobs here have asked did answer.</summary>
    public AnswerRate Answers { get; } = new();

    /// <summary>Counts what the log leaves out.</summary>
    public void OnLog(QuietLog log) =>
        Meter.CreateObservableCounter(
            "akkacompute.log.suppressed", () => log.Suppressed, null,
            "Warnings and errors that were left out of the log: over ten of a kind in a minute.");

    /// <summary>Shows this node's slots.</summary>
    internal void OnSlots(ISlotGauges slots)
    {
        Meter.CreateObservableGauge("akkacompute.slots", () => slots.Slots, null, "Bundles that can run at once.");
        Meter.CreateObservableGauge("akkacompute.slots.waiting", () => slots.Waiting, null, "Bundles that wait for a slot.");
        Meter.CreateObservableGauge(
            "akkacompute.bundles.preparing", () => slots.Preparing, null, "Bundles that wait for their payload to be compiled.");
        Meter.CreateObservableGauge("akkacompute.bundles.held", () => slots.Held, null, "Leases that this node's workers hold.");
    }

    /// <summary>A batch of decisions is durable. Counted once a batch, and not at all where nobody listens.</summary>
    public void OnDecided(JobProtocol.Decided decided)
    {
        if (!_outcomes.Enabled)
            return;
        Span<long> outcomes = stackalloc long[OutcomeWords.Length];
        long executions = 0, accepted = 0, rejected = 0;
        foreach (var decision in decided.Decisions)
        {
            foreach (var outcome in decision.Outcomes)
                outcomes[Index(outcome)]++;
            executions += (long)decision.Outcomes.Count * decision.Verdicts.Count;
            foreach (var verdict in decision.Verdicts)
                (accepted, rejected) = (accepted + verdict.Accepted, rejected + verdict.Rejected);
        }
        for (var i = 0; i < OutcomeWords.Length; i++)
            _outcomes.Add(outcomes[i], Label("outcome", OutcomeWords[i]));
        _executions.Add(executions);
        _verdicts.Add(accepted, Label("verdict", "accepted"));
        _verdicts.Add(rejected, Label("verdict", "rejected"));
        _verdicts.Add(executions - accepted - rejected, Label("verdict", "undecided"));
    }

    /// <param name="started">From <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void OnDrawn(long started) => _draws.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);

    /// <param name="complete">Every task has a result.</param>
    public void OnBundle(bool complete, TimeSpan elapsed)
    {
        _bundles.Add(1, Label("end", complete ? "done" : "returned"));
        _bundleTime.Record(elapsed.TotalSeconds);
    }

    /// <param name="writer">job or roster.</param>
    /// <param name="started">From <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void OnWritten(string writer, long started)
    {
        Journal.OnWritten();
        _writes.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, Label("writer", writer));
    }

    public void OnRefusedResult() => _refused.Add(1);

    public void OnLostResults(long count) => _lost.Add(count);

    /// <param name="what">begun, finished, failed or idle.</param>
    public void OnBootstrap(string what) => _bootstrap.Add(1, Label("event", what));

    public void OnEpochClosed() => _epochs.Add(1);

    /// <param name="keys">All that were convicted so far.</param>
    public void OnForked(int keys) => Volatile.Write(ref _forkedKeys, keys);

    public void Dispose() => Meter.Dispose();

    private IEnumerable<Measurement<double>> ObserveAnswering() => Answers.Measured is { } share ? [new((double)share)] : [];

    private IEnumerable<Measurement<long>> ObserveJobs()
    {
        var jobs = _jobs.Keys.ToLookup(job => job.Status);
        for (var i = 0; i < Statuses.Length; i++)
            yield return new(jobs[StatusValues[i]].LongCount(), Label("status", Statuses[i]));
    }

    private IEnumerable<Measurement<long>> ObserveTasks()
    {
        var open = _jobs.Keys.Where(job => job.Status != JobStatus.Finished).ToArray();
        var decided = open.Sum(job => job.Decided);
        yield return new(decided, Label("state", "decided"));
        yield return new(open.Sum(job => job.Tasks) - decided, Label("state", "open"));
    }

    /// <summary>Which of <see cref="OutcomeWords"/> says it.</summary>
    private static int Index(Outcome outcome) => outcome.Status switch
    {
        OutcomeStatus.Exited => outcome.Succeeded ? 0 : 1,
        OutcomeStatus.Trapped => 2,
        OutcomeStatus.NoResult => 3,
        OutcomeStatus.Unsure => 5,
        _ => 4,
    };

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    private static InstrumentAdvice<double> Buckets(double first, int count) =>
        new() { HistogramBucketBoundaries = [.. Enumerable.Range(0, count).Select(power => first * Math.Pow(2, power))] };
}
