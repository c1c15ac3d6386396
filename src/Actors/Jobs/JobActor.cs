using System.Diagnostics;
using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Actors.Sight;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Jobs.JobProtocol;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// One job: takes pages, has its bundles drawn and lent, and decides. One write is under way at a time; what comes in
/// meanwhile is the next write. The state changes when a write is durable, so all that anybody is told is durable.
/// </summary>
public sealed class JobActor : ReceivePersistentActor, IWithTimers
{
    private readonly NodeContext _node;
    private readonly JobOptions _options;
    private readonly JobId _id;
    private readonly JobState _state;
    private readonly JobReaders _readers;
    private readonly Queue<(ICommand Command, IActorRef Sender)> _commands = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly JobGauge _gauge = new();
    private JobRun? _run;
    private JobWriters? _writers;
    private JobDeliveries? _deliveries;
    private EscrowClosing? _escrow;
    private DateTimeOffset _tellBossAt;
    private bool _bossKnows, _stopping;
    private int _writing; // events that the journal has not confirmed yet
    private long _writeStarted;
    private Activity? _writeSpan, _deliverySpan;
    private IActorRef? _writingFor; // who sent the command among them

    public JobActor(JobId id, NodeContext node)
    {
        (_id, _node, _options) = (id, node, node.Options.Job);
        _state = new JobState(_options.Limits);
        _readers = new JobReaders(_state, _options, node.Time, new EventReader(Context.System), PersistenceId, Self);

        Recover<IEvent>(_state.Apply);
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<Create>(Enqueue);
        Command<Authorize>(OnAuthorize);
        Command<Checked>(OnChecked);
        Command<AddTasks>(Enqueue);
        Command<CancelJob>(Enqueue);
        Command<GetJob>(_ => Answer(() => Sender.Tell(new JobInfo(_state.Spec!, _state.Progress()))));
        Command<GetProgress>(query => Answer(() => _readers.Add(query, Sender)));
        Command<GetOutcomes>(query => Answer(() => _readers.Add(query, Sender)));
        Command<JobReaders.Loaded>(_readers.OnLoaded);

        Command<BundleResult>(result => Run(run => run.Receive(result)));
        Command<JobProtocol.Decline>(decline => Run(run => run.Decline(decline)));
        Command<JobRun.Drawn>(drawn => Run(run => run.OnDrawn(drawn)));
        Command<JobRun.Undrawn>(undrawn => Run(run => run.OnUndrawn(undrawn)));
        Command<JobRun.PagesLoaded>(pages => Run(run => run.OnLoaded(pages)));
        Command<NodeContext.NodeLeft>(left => Run(run => run.NodeLeft(left.Address)));

        Command<ChainProtocol.Appended>(appended => Chain(writers => writers.OnAppended(appended)));
        Command<ChainProtocol.AppendRefused>(refused => Chain(writers => writers.OnRefused(refused)));
        Command<Refused>(_ => { }); // a keeper that is busy: what it did not take is sent again

        Command<Recorded>(ack => { _deliveries?.OnRecorded(ack); Work(); });
        Command<Settled>(ack => { _deliveries?.OnSettled(ack); Work(); });
        Command<Gap>(gap => _deliveries?.OnGap(gap.NodeId, gap.Expected));
        Command<SettleGap>(gap => _deliveries?.OnGap(gap.NodeId, gap.Expected));

        Command<AccountProtocol.Paid>(ack => { _deliveries?.OnPaid(ack); Work(); });
        Command<AccountProtocol.PayGap>(gap => _deliveries?.OnGap(gap.NodeId, gap.Expected));
        Command<EscrowClosing.Answered>(answered => { _escrow?.On(answered); Work(); });

        Command<BossProtocol.JobEnded>(ended => { _bossKnows |= ended.NodeId == _state.Spec?.Boss; Work(); });

        Command<Tick>(_ => OnTick());
        Command<ReceiveTimeout>(_ => OnIdle());
        Command<EntityStop>(_ => OnStop());
        Command<Status.Failure>(failure => throw new InvalidOperationException("Reading the journal failed.", failure.Cause));
        CommandAny(message => _node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"job-{_id}";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(NodeContext.NodeLeft));

    protected override void PostStop()
    {
        _state.Key?.Dispose();
        _node.Metrics.Untrack(_gauge);
        _writeSpan?.SetStatus(ActivityStatusCode.Error).Dispose();
        _deliverySpan?.SetStatus(ActivityStatusCode.Error).Dispose();
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnPersistFailure(cause, @event, sequenceNr);
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);
    }

    /// <summary>The actor stops, and comes back as the journal has it. Whoever waits is told, and may send again.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _node.Journal.OnFailed(cause);
        var refused = NodeContext.NotWritten(cause);
        _writingFor?.Tell(refused);
        _writingFor = null;
        while (_commands.TryDequeue(out var waiting))
            waiting.Sender.Tell(refused);
    }

    private void OnRecovered()
    {
        SetReceiveTimeout(_options.PassivateAfter);
        if (_state.Spec is null)
            return;
        _node.Metrics.Track(_gauge);
        _gauge.Decided = _state.Progress().Decided;
        Show();
        if (_state.Status == JobStatus.Finished)
            return;
        Start();
    }

    private void Start()
    {
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
        _deliveries = new JobDeliveries(_state, _options, _node, Self);
        _escrow = new EscrowClosing(_state, _node, _options, Self);
        if (_state.Submits is not null)
            StartChains();
        Work();
    }

    private void StartChains()
    {
        _writers = new JobWriters(_state, _node, Self, _log);
        _writers.Flush();
        if (!_state.Complete)
            _run = new JobRun(_state, _node, _writers, PersistenceId, Self, _log);
    }

    private void Chain(Action<JobWriters> step)
    {
        if (_writers is null)
            return;
        step(_writers);
        Work();
    }

    /// <summary>
    /// That both entries are in the boss's chains is what their keeper says: it gives receipts for what it has. So their signatures
    /// and their key are the boss's.
    /// </summary>
    private void OnAuthorize(Authorize command)
    {
        var (delegated, reply) = _state.Process(command);
        if (delegated is null)
        {
            Sender.Tell(reply);
            return;
        }
        AuthorizeAsync(command, _state.Spec!).PipeTo(
            Self, Sender, answer => new Checked(command, answer),
            failure => new Checked(command, new Refused(RefusalReason.Unavailable, $"The keeper of the boss's account, or of its chains, does not answer: {failure.Message}")));
    }

    /// <summary>The budget first: who can't pay gets nothing done.</summary>
    private async Task<IWire> AuthorizeAsync(Authorize command, JobSpec spec)
    {
        if (!spec.Budget.IsZero)
        {
            var held = await _node.Account.Ask<IWire>(new AccountProtocol.Hold(spec.Boss, spec.Id, spec.Budget), _options.ResendAfter);
            if (held is not AccountProtocol.Held)
                return held;
        }
        return await _node.Chain.Ask<IWire>(new ChainProtocol.Append(spec.Boss, [command.Opening, command.Delegate], []), _options.ResendAfter);
    }

    private void OnChecked(Checked done)
    {
        switch (done.Answer)
        {
            case ChainProtocol.Appended { Receipts.Count: 2 }:
                Enqueue(done.Command);
                break;
            case ChainProtocol.AppendRefused refused:
                Sender.Tell(new Refused(RefusalReason.Invalid, $"Opening, Delegate: {refused.Reason}: {refused.Message}"));
                break;
            case Refused refused:
                Sender.Tell(refused);
                break;
            default:
                Sender.Tell(new Refused(RefusalReason.Unavailable, "Opening, Delegate: not in the boss's chains yet."));
                break;
        }
    }

    private void Enqueue(ICommand command)
    {
        _commands.Enqueue((command, Sender));
        Work();
    }

    private void Run(Action<JobRun> step)
    {
        if (_run is null)
            return;
        step(_run);
        Work();
    }

    /// <summary>One turn: write what has come together, lend what can be lent, answer who waits.</summary>
    private void Work()
    {
        if (_stopping)
            return;
        if (_writing == 0)
            Write();
        _run?.Advance();
        _writers?.Flush();
        _readers.Answer();
        Show();
    }

    private void Show()
    {
        (_gauge.Status, _gauge.Tasks) = (_state.Status, _state.Tasks);
        (_gauge.Leases, _gauge.Commands) = (_run?.Leases ?? 0, _commands.Count);
    }

    private void Write()
    {
        var writes = new List<(IEvent Event, Action Durable)>();
        if (_writers?.Ended is { } why && !_state.HasChainEnded)
            writes.Add((new ChainEnded(_id, why), OnDropped));
        else if (_run is not null)
            Write(_run, writes);
        if (_deliveries?.NextArrived() is { } delivered)
            writes.Add((delivered, OnDelivered));
        if (!_state.HasChainEnded && _writers?.NextReceipted() is { } receipted)
            writes.Add((receipted, () => { }));
        // Last, for it may be the end: nothing is decided after a job was cancelled.
        if (NextCommand() is { } command)
            writes.Add(command);
        if (writes.Count == 0 && _state.CanSettle)
            writes.Add((_writers!.Signer.Settle(_state.Escrow), () => { }));
        if (writes.Count == 0 && _state.CanFinish)
        {
            if (!_escrow!.IsDone)
                _escrow.Ask();
            else if (_bossKnows)
                writes.Add((new Finished(_id), OnFinished));
            else
                TellBoss();
        }
        if (writes.Count == 0)
            return;

        _writing = writes.Count;
        _writeStarted = Stopwatch.GetTimestamp();
        _writeSpan = NodeTraces.Begin(writes.Any(write => write.Event is Decided) ? "decide" : writes[^1].Event is Created ? "submit" : "write", _id)?
            .SetTag("akkacompute.events", writes.Count);
        PersistAllAsync(writes.Select(write => write.Event), written =>
        {
            _state.Apply(written);
            writes[^_writing].Durable();
            if (--_writing > 0)
                return;
            _writingFor = null;
            _writeSpan?.Dispose();
            _writeSpan = null;
            _node.Metrics.OnWritten("job", _writeStarted);
            if (_stopping)
                Context.Stop(Self);
            else
                Work();
        });
    }

    /// <summary>What the run has to say. What is signed is written in the order of signing.</summary>
    private void Write(JobRun run, List<(IEvent Event, Action Durable)> writes)
    {
        if (run.NextDrawn() is { } drawn)
            writes.Add((drawn, () => { }));
        if (run.NextRedraw() is { } redrawn)
            writes.Add((redrawn, () => _run?.OnRedrawn(redrawn)));
        if (run.NextRequested() is { } requested)
            writes.Add((requested, () => _run?.OnRequested(requested)));
        if (run.NextPassedOver() is { } passed)
            writes.Add((passed, () => _run?.OnPassedOver(passed)));
        if (run.NextBatch() is { } decided)
            writes.Add((decided, () => OnDecided(decided)));
    }

    /// <summary>The next command that makes an event; those before it that make none are answered.</summary>
    private (IEvent, Action)? NextCommand()
    {
        while (_commands.TryDequeue(out var next))
        {
            var (@event, reply) = Decide(next.Command);
            if (@event is not null)
            {
                _writingFor = next.Sender;
                return (@event, () => { next.Sender.Tell(reply); OnCommandWritten(@event); });
            }
            next.Sender.Tell(reply);
            if (next.Command is Create create && reply is Refused)
                _node.Boss.Tell(new BossProtocol.JobFinished(create.Spec.Boss, _id)); // whoever took this id for its own has no job
        }
        return null;
    }

    private (IEvent?, IWire) Decide(ICommand command) => command switch
    {
        Create create => _state.Process(create, RandomNumberGenerator.GetBytes(KeyPair.SeedSize)),
        Authorize authorize => _state.Process(authorize),
        AddTasks add => _state.Process(add, _run?.MeasuredBundle ?? 1),
        CancelJob cancel => _state.Process(cancel),
        _ => throw new InvalidOperationException($"{command.GetType().Name} is not written."),
    };

    private void OnCommandWritten(IEvent written)
    {
        switch (written)
        {
            case Created:
                _node.Metrics.OnJob("accepted");
                _node.Metrics.Track(_gauge);
                Start();
                break;
            case PageAdded page:
                _run?.OnAdded(page);
                break;
            case Delegated:
                StartChains();
                break;
            case Cancelled:
                _node.Metrics.OnJob("cancelled");
                OnDropped();
                break;
        }
    }

    private void OnDropped()
    {
        _run?.Release();
        _run = null;
    }

    private void OnDecided(Decided decided)
    {
        _node.Metrics.OnDecided(decided);
        _gauge.Decided += decided.Decisions.Sum(decision => decision.Outcomes.Count);
        _run?.OnWritten();
        _readers.OnDecided(decided);
        _deliveries!.Send(decided);
        _deliverySpan ??= NodeTraces.Begin("deliver", _id);
    }

    private void OnDelivered()
    {
        _deliverySpan?.Dispose();
        _deliverySpan = null;
    }

    // Before the job's own last event: once that is written, nobody would tell the boss again.
    private void TellBoss()
    {
        if (_node.Time.GetUtcNow() < _tellBossAt)
            return;
        _tellBossAt = _node.Time.GetUtcNow() + _options.ResendAfter;
        _node.Boss.Tell(new BossProtocol.JobFinished(_state.Spec!.Boss, _id));
    }

    private void OnFinished()
    {
        (_run, _writers, _deliveries) = (null, null, null);
        _node.Metrics.OnJob("finished");
        _log.Info("Job {0} is finished: {1} tasks.", _id, _state.Tasks);
    }

    private void OnTick()
    {
        _deliveries?.ResendOld();
        _run?.Expire();
        Work();
        if (_state.Status == JobStatus.Finished && _readers.IsEmpty)
            Timers.Cancel(nameof(Tick));
    }

    private void Answer(Action answer)
    {
        if (_state.Spec is null)
        {
            Sender.Tell(JobState.UnknownJob(_id));
            Context.Parent.Tell(new Passivate(EntityStop.Instance)); // else any name that is asked for would be remembered
            return;
        }
        answer();
        _readers.Answer();
        if (!_readers.IsEmpty && !Timers.IsTimerActive(nameof(Tick)))
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
    }

    // A write under way ends first: else whoever comes back on another node reads a journal that is still to change.
    private void OnStop()
    {
        _stopping = true;
        if (_writing == 0)
            Context.Stop(Self);
    }

    private void OnIdle()
    {
        if (_state.Spec is null || _state.Status == JobStatus.Finished)
            Context.Parent.Tell(new Passivate(EntityStop.Instance));
    }

    /// <summary>What the keeper of the boss's chains says to the entries of an authorization.</summary>
    private sealed record Checked(Authorize Command, IWire Answer);

    private sealed class Tick : INotInfluenceReceiveTimeout
    {
        public static readonly Tick Instance = new();
    }
}
