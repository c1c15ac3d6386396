using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Job;

/// <summary>
/// One job: takes pages, has its bundles drawn and lent, and decides. The state is applied when an event is handed to the
/// journal and shown to others when the journal has it: so writes overlap with work, and a failed write stops the actor.
/// </summary>
public sealed class JobActor : ReceivePersistentActor, IWithTimers
{
    private readonly NodeContext _node;
    private readonly JobOptions _options;
    private readonly JobId _id;
    private readonly JobState _state;
    private readonly JobReaders _readers;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private JobRun? _run;
    private JobDeliveries? _deliveries;
    private bool _finishing;

    public JobActor(JobId id, NodeContext node)
    {
        (_id, _node, _options) = (id, node, node.Options.Job);
        _state = new JobState(_options.Limits);
        _readers = new JobReaders(_state, _options, node.Time, new EventReader(Context.System), PersistenceId, Self);

        Recover<IEvent>(_state.Apply);
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<Create>(OnCreate);
        Command<AddTasks>(OnAddTasks);
        Command<CancelJob>(OnCancel);
        Command<GetJob>(_ => Answer(() => new JobInfo(_state.Spec!, _state.Progress())));
        Command<GetProgress>(query => Wait(() => _readers.Add(query, Sender)));
        Command<GetOutcomes>(query => Wait(() => _readers.Add(query, Sender)));
        Command<JobReaders.Loaded>(_readers.OnLoaded);

        Command<BundleResult>(result => { _run?.Receive(result); Work(); });
        Command<Decline>(decline => { _run?.Decline(decline); Work(); });
        Command<JobRun.Drawn>(drawn => { _run?.OnDrawn(drawn); Work(); });
        Command<JobRun.PagesLoaded>(pages => { _run?.OnLoaded(pages); Work(); });
        Command<NodeContext.NodeLeft>(left => { _run?.NodeLeft(left.Address); Work(); });

        Command<Recorded>(ack => { _deliveries?.OnRecorded(ack); Deliver(); });
        Command<Settled>(ack => { _deliveries?.OnSettled(ack); Deliver(); });
        Command<Gap>(gap => _deliveries?.Resend(gap.NodeId, gap.Expected));
        Command<SettleGap>(gap => _deliveries?.Resend(gap.NodeId, gap.Expected));

        Command<Tick>(_ => OnTick());
        Command<ReceiveTimeout>(_ => Passivate());
        Command<Stop>(_ => Context.Stop(Self));
        Command<Status.Failure>(failure => throw new InvalidOperationException("Reading the journal failed.", failure.Cause));
        CommandAny(message => Sender.Tell(_node.Unknown(message)));
    }

    public override string PersistenceId => $"job-{_id}";

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The end of an entity, by its own message: what was sent before is handled first.</summary>
    public sealed class Stop
    {
        public static readonly Stop Instance = new();
    }

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(NodeContext.NodeLeft));

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _log.Error(cause, "Job {0} could not write {1}: it stops, and comes back from its journal.", _id, @event.GetType().Name);
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        // The state has the event and the journal has not: only a restart brings them together.
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);
    }

    private void OnRecovered()
    {
        SetReceiveTimeout(_options.PassivateAfter);
        if (_state.Spec is null || _state.Status == JobStatus.Finished)
            return;
        if (_state.Pages.Count > 0 && !_state.Complete)
            Commit(new Resumed(_id), Start);
        else
            Start();
    }

    private void Start()
    {
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
        _deliveries = new JobDeliveries(_state, _options, _node, Self);
        _deliveries.SendAll();
        if (!_state.Complete)
            _run = new JobRun(_state, _node, PersistenceId, Self);
        Work();
    }

    private void OnCreate(Create command)
    {
        var sender = Sender;
        var (created, reply) = _state.Process(command);
        Commit(created, () =>
        {
            sender.Tell(reply);
            if (created is not null)
                Start();
        });
    }

    private void OnAddTasks(AddTasks command)
    {
        var sender = Sender;
        var (added, reply) = _state.Process(command, _run?.MeasuredBundle ?? 1);
        Commit(added, () =>
        {
            sender.Tell(reply);
            if (added is PageAdded page)
                _run?.OnAdded(page);
            Work();
        });
    }

    private void OnCancel(CancelJob command)
    {
        var sender = Sender;
        var (cancelled, reply) = _state.Process(command);
        Commit(cancelled, () =>
        {
            sender.Tell(reply);
            if (cancelled is null)
                return;
            _run?.Release();
            _run = null;
            Work();
        });
    }

    /// <summary>One turn: write what was decided, lend what can be lent, and end what is over.</summary>
    private void Work()
    {
        if (_run is { } run)
        {
            if (run.NextRedraw() is { } redrawn)
                Commit(redrawn, () => { run.OnRedrawn(redrawn); Work(); });
            if (run.NextBatch() is { } decided)
            {
                Commit(decided, () =>
                {
                    run.OnWritten();
                    _readers.OnDecided(decided);
                    _deliveries!.Send(decided);
                    Work();
                });
            }
            run.Advance();
        }
        _readers.Answer();
        Deliver();
    }

    private void Deliver()
    {
        if (_deliveries?.NextArrived(_state.Complete) is { } delivered)
            Commit(delivered, Deliver);
        if (!_finishing && _state.CanFinish)
        {
            _finishing = true;
            Commit(new Finished(_id), OnFinished);
        }
    }

    private void OnFinished()
    {
        _run = null;
        _deliveries = null;
        _node.Boss.Tell(new BossProtocol.JobFinished(_state.Spec!.Boss, _id));
        _readers.Answer();
    }

    private void OnTick()
    {
        _deliveries?.ResendOld();
        _run?.Expire();
        Work();
        if (_state.Status == JobStatus.Finished && _readers.IsEmpty)
            Timers.Cancel(nameof(Tick));
    }

    /// <summary>Hands an event to the journal; <paramref name="durable"/> runs when it and all before it are written.</summary>
    private void Commit(IEvent? @event, Action durable)
    {
        if (@event is null)
        {
            DeferAsync(Tick.Instance, _ => durable());
            return;
        }
        _state.Apply(@event);
        PersistAsync(@event, _ => durable());
    }

    private void Answer(Func<IWire> reply)
    {
        var sender = Sender;
        DeferAsync(Tick.Instance, _ => sender.Tell(_state.Spec is null ? JobState.UnknownJob(_id) : reply()));
    }

    private void Wait(Action add)
    {
        if (_state.Spec is null)
        {
            Sender.Tell(JobState.UnknownJob(_id));
            return;
        }
        add();
        _readers.Answer();
        if (!_readers.IsEmpty && !Timers.IsTimerActive(nameof(Tick)))
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
    }

    private void Passivate()
    {
        if (_state.Spec is null || _state.Status == JobStatus.Finished)
            Context.Parent.Tell(new Passivate(Stop.Instance));
    }

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
