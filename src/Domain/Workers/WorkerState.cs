using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Workers;

/// <summary>One job's settlements with a worker. Of each job the numbers go up one by one, in all three places.</summary>
/// <param name="Taken">The last settlement that was taken.</param>
/// <param name="Rewarded">The last that the worker has answered with a vouch.</param>
/// <param name="Delivered">The last whose vouch is durable in the boss's reputation.</param>
/// <param name="Open">By number: the settlement as long as it is not answered, then the answer until it is delivered.</param>
public sealed record SettledJob(long Taken, long Rewarded, long Delivered, ImmutableSortedDictionary<long, Vouch> Open)
{
    public static SettledJob Empty { get; } = After(0);

    /// <summary>When it was changed last, in the order of the worker's changes.</summary>
    internal long Used { get; init; }

    /// <summary>All of it up to this number is done.</summary>
    public static SettledJob After(long number) => new(number, number, number, ImmutableSortedDictionary<long, Vouch>.Empty);

    /// <summary>Nothing is left to do.</summary>
    public bool IsIdle => Delivered == Taken;
}

/// <summary>Which settlements a worker was told of, and how far its answers have come.</summary>
public sealed record WorkerState(NodeId NodeId, ImmutableDictionary<JobId, SettledJob> Jobs)
{
    /// <summary>
    /// Jobs with nothing left to do of which the numbers are kept, at times twice as many: the latest. One that comes again says itself how
    /// far it was (<see cref="Settle.After"/>).
    /// </summary>
    public const int MostIdle = 1_024;

    private long Used { get; init; }

    /// <summary>What it has let run out, and whether it rests for that.</summary>
    public WorkerRest Rest { get; private init; } = WorkerRest.None;

    public static WorkerState Empty(NodeId id) => new(id, ImmutableDictionary<JobId, SettledJob>.Empty);

    /// <summary>Settlements that wait for the session's signature, those of a job in order.</summary>
    public IEnumerable<Vouch> Unanswered =>
        Jobs.Values.SelectMany(job => job.Open.Where(open => open.Key > job.Rewarded).Select(open => open.Value));

    /// <summary>Vouches that wait for the boss's reputation, those of a job in order.</summary>
    public IEnumerable<Vouch> Undelivered =>
        Jobs.Values.SelectMany(job => job.Open.Where(open => open.Key <= job.Rewarded).Select(open => open.Value));

    /// <summary>Decides on a settlement: an event if it is new, and the reply for when that is durable.</summary>
    public (SettlementTaken? Event, IWire Reply) Process(Settle command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var vouch = command.Vouch;
        var taken = Jobs.TryGetValue(vouch.Job, out var known) ? known.Taken : Math.Clamp(command.After, 0, Math.Max(0, vouch.Number - 1));
        if (vouch.Role != Role.Worker)
            return (null, new Refused(RefusalReason.Invalid, $"Settle.Vouch.Role: {vouch.Role}, but a boss vouches for a worker."));
        if (vouch.Number > taken + 1)
            return (null, new SettleGap(NodeId, vouch.Job, taken + 1));
        return (vouch.Number <= taken ? null : new SettlementTaken(vouch), new Settled(NodeId, vouch.Job, vouch.Number));
    }

    /// <summary>Decides on the session's signatures: an event if this settlement is the job's next one to be answered.</summary>
    public Rewarded? Process(RewardsSigned command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var job = JobOf(command.JobId);
        return command.Number == job.Rewarded + 1 && job.Open.TryGetValue(command.Number, out var settlement)
            ? new Rewarded(settlement with { By = NodeId, About = settlement.By, Role = Role.Boss, Entries = command.Entries })
            : null;
    }

    public WorkerState Apply(SettlementTaken taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        var vouch = taken.Vouch;
        var job = Jobs.GetValueOrDefault(vouch.Job) ?? SettledJob.After(vouch.Number - 1);
        return With(
            vouch.Job, job with { Taken = vouch.Number, Open = job.Open.SetItem(vouch.Number, vouch) }) with { Rest = Rest.Settle() };
    }

    public WorkerState Apply(Missed missed)
    {
        ArgumentNullException.ThrowIfNull(missed);
        return this with { Rest = Rest.Miss(missed.Epoch) };
    }

    public WorkerState Apply(Rewarded rewarded)
    {
        ArgumentNullException.ThrowIfNull(rewarded);
        var (vouch, job) = (rewarded.Vouch, JobOf(rewarded.Vouch.Job));
        return With(vouch.Job, job with { Rewarded = vouch.Number, Open = job.Open.SetItem(vouch.Number, vouch) });
    }

    /// <summary>
    /// A vouch has arrived, and so have all before it of its job. This is in no event: what a crash forgets is sent once more, and the
    /// receiver knows it by its number.
    /// </summary>
    public WorkerState Deliver(JobId id, long number)
    {
        var job = JobOf(id);
        if (number <= job.Delivered || number > job.Rewarded)
            return this;
        return With(id, job with { Delivered = number, Open = job.Open.RemoveRange(job.Open.Keys.TakeWhile(open => open <= number)) });
    }

    /// <summary>Up to which number a job's vouches have arrived.</summary>
    public long Delivered(JobId id) => JobOf(id).Delivered;

    /// <summary>The reputation misses a vouch: what is sent next of this job.</summary>
    public IEnumerable<Vouch> From(JobId id, long number)
    {
        var job = JobOf(id);
        return job.Open.Where(open => open.Key >= number && open.Key <= job.Rewarded).Select(open => open.Value);
    }

    public WorkerSnapshot Remember() => new(
        NodeId,
        [.. Jobs.OrderBy(job => job.Key.Hash)
            .Select(job => new WorkerSnapshot.Job(job.Key, job.Value.Taken, job.Value.Rewarded, job.Value.Delivered))],
        [.. Jobs.OrderBy(job => job.Key.Hash).SelectMany(job => job.Value.Open.Values)])
    {
        Rest = Rest,
    };

    public static WorkerState Restore(WorkerSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var jobs = ImmutableDictionary.CreateBuilder<JobId, SettledJob>();
        foreach (var job in snapshot.Jobs)
            jobs[job.JobId] = SettledJob.Empty with { Taken = job.Taken, Rewarded = job.Rewarded, Delivered = job.Delivered };
        foreach (var vouch in snapshot.Open)
        {
            var job = jobs.TryGetValue(vouch.Job, out var known) ? known : SettledJob.Empty;
            jobs[vouch.Job] = job with { Open = job.Open.SetItem(vouch.Number, vouch) };
        }
        return new WorkerState(snapshot.NodeId, jobs.ToImmutable()) { Rest = snapshot.Rest };
    }

    private SettledJob JobOf(JobId id) => Jobs.GetValueOrDefault(id, SettledJob.Empty);

    private WorkerState With(JobId id, SettledJob job)
    {
        var jobs = Jobs.SetItem(id, job with { Used = Used });
        if (job.IsIdle && jobs.Count > 2 * MostIdle && jobs.Where(other => other.Value.IsIdle).ToArray() is { Length: > 2 * MostIdle } idle)
            jobs = jobs.RemoveRange(idle.OrderBy(other => other.Value.Used).Take(idle.Length - MostIdle).Select(other => other.Key));
        return this with { Jobs = jobs, Used = Used + 1 };
    }
}
