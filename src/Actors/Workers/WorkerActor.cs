using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The durable side of a worker. It takes settlements, has its session sign the rewards for them, and brings its vouches to the
/// bosses' reputations; what was taken survives any crash, and waits where the session is away.
/// </summary>
public sealed class WorkerActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan ResendEvery = TimeSpan.FromSeconds(5);

    /// <summary>Settlements that the session is asked for at once, and vouches that are on their way: the answers bring the next.</summary>
    private const int Burst = 64;

    private const int EventsPerSnapshot = 512;

    private readonly NodeContext _node;
    private readonly NodeId _id;
    private readonly WriteBarrier _writes = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private WorkerState _state;
    private WorkerState _ahead;
    private long _snapshotAt;

    public WorkerActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = _ahead = WorkerState.Empty(id);
        Recover<SnapshotOffer>(offer => (_state, _snapshotAt) = (WorkerState.Restore((WorkerSnapshot)offer.Snapshot), LastSequenceNr));
        Recover<SettlementTaken>(taken => _state = _state.Apply(taken));
        Recover<Rewarded>(rewarded => _state = _state.Apply(rewarded));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<Settle>(OnSettle);
        Command<Attach>(_ => OnResend());
        Command<RewardsSigned>(OnSigned);
        Command<Recorded>(OnRecorded);
        Command<Gap>(gap => Deliver(_state.From(gap.JobId, gap.Expected)));
        Command<Resend>(_ => OnResend());
        Command<EntityStop>(_ => _writes.Say(() => Context.Stop(Self)));
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failure => _log.Warning(failure.Cause, "The snapshot of {0} was not written; the events are.", PersistenceId));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => _log.Warning(failure.Cause, "Old snapshots of {0} were not deleted.", PersistenceId));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"worker-{_id}";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _node.Journal.OnFailed(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);

    private void OnRecovered()
    {
        _ahead = _state;
        Timers.StartPeriodicTimer(nameof(Resend), Resend.Instance, ResendEvery);
        Deliver(_state.Undelivered);
    }

    private void OnSettle(Settle command)
    {
        var sender = Sender;
        var (taken, reply) = _ahead.Process(command);
        if (taken is null)
        {
            _writes.Say(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(taken);
        _writes.OnHanded();
        PersistAsync(taken, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            Ask([durable.Vouch]);
            OnWritten();
        });
    }

    /// <summary>Of several answers to one question the first counts; one that comes before its turn is asked for again.</summary>
    private void OnSigned(RewardsSigned signed)
    {
        if (_ahead.Process(signed) is not { } rewarded)
            return;
        _ahead = _ahead.Apply(rewarded);
        _writes.OnHanded();
        PersistAsync(rewarded, durable =>
        {
            _state = _state.Apply(durable);
            Deliver([durable.Vouch]);
            OnWritten();
        });
    }

    private void OnRecorded(Recorded recorded)
    {
        _state = _state.Deliver(recorded.JobId, recorded.Number);
        _ahead = _ahead.Deliver(recorded.JobId, recorded.Number);
    }

    private void OnResend()
    {
        Ask(_state.Unanswered.Take(Burst));
        Deliver(_state.Undelivered.Take(Burst));
    }

    /// <summary>The session is where the roster says; where it is nowhere, it is asked later.</summary>
    private void Ask(IEnumerable<Vouch> settlements)
    {
        if (_node.Rosters.Current.Find(_id) is not { } member)
            return;
        var sessions = _node.Sessions(member.NodeAddress);
        foreach (var settlement in settlements)
            sessions.Tell(new SignRewards(settlement), Self);
    }

    private void Deliver(IEnumerable<Vouch> vouches)
    {
        foreach (var vouch in vouches.Take(Burst))
            _node.Reputation.Tell(new Record(vouch) { After = _state.Delivered(vouch.Job) }, Self);
    }

    private void OnWritten()
    {
        _writes.OnWritten();
        if (LastSequenceNr - _snapshotAt < Math.Max(EventsPerSnapshot, 2 * _state.Jobs.Count))
            return;
        _snapshotAt = LastSequenceNr;
        SaveSnapshot(_state.Remember());
    }

    private sealed class Resend
    {
        public static readonly Resend Instance = new();
    }
}
