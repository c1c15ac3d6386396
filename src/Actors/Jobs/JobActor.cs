using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// One job: takes pages, has its bundles drawn and lent, and decides. One write is under way at a time; what comes in
/// meanwhile is the next write. The state changes when a write is durable, so all that anybody is told is durable.
/// </summary>
public sealed class JobActor : DurableActor, IWithTimers
{
    private const string Prefix = "job-";

    private readonly JobNode _node;
    private readonly JobOptions _options;
    private readonly JobId _id;
    private readonly JobState _state;
    private readonly JobReaders _readers;
    private readonly JobCommands _commands;
    private readonly JobAuthorization _authorization;
    private readonly JobObservation _observation;
    private readonly BlobDoor _door;
    private readonly JobEvents _events = new(); // what follows on what is durable
    private LiveJob? _live; // until it is finished
    private bool _stopping;
    private int _writing; // events that the journal has not confirmed yet

    public JobActor(JobId id, JobNode node) : base(node.Durability)
    {
        (_id, _node, _options) = (id, node, node.Options);
        _state = new JobState(_options.Limits);
        _readers = new JobReaders(_state, _options, node.Time, node.Events, PersistenceId, Self);
        _commands = new JobCommands(_state, create => node.Boss.Tell(new BossProtocol.JobFinished(create.Spec.Boss, id)), node.Time);
        (_authorization, _observation) = (new JobAuthorization(node, _options, Self), new JobObservation(id, node, _state));
        _door = new BlobDoor(_state, node.Blobs, node.BlobQuota, Self, Log);

        _observation.Register(_events);
        _readers.Register(_events);
        _events
            .On<Created>(_ => Start())
            .On<Finished>(_ => OnFinished())
            // Whoever waits for outcomes asks again, and hears of it.
            .On<Forgotten>(_ => Context.Parent.Tell(new Passivate(EntityStop.Instance)));

        Recover<IEvent>(_state.Apply);
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<Create>(Enqueue);
        Command<Authorize>(OnAuthorize);
        Command<JobAuthorization.Checked>(OnChecked);
        Command<AddTasks>(Enter);
        Command<CancelJob>(OnCancel);
        Command<GetJob>(_ => Answer(() => Sender.Tell(new JobInfo(_state.Spec!, _state.Progress()) { CreatedAt = _state.CreatedAt })));
        Command<GetProgress>(query => Answer(() => _readers.Add(query, Sender)));
        Command<GetOutcomes>(query => Answer(() => _readers.Add(query, Sender)));
        Command<GetRevisions>(query => Answer(() => _readers.Add(query, Sender)));
        Command<JobReaders.Loaded>(_readers.OnLoaded);
        Command<JobRevisions.Loaded>(_readers.OnLoaded);

        Command<BundleResult>(Enter);
        Command<BlobDoor.Looked>(OnLooked);
        Command<BlobDoor.GivenBack>(_door.On);
        Command<Taken>(taken => Run(run => run.Lending.Taken(taken)));
        Command<Preparing>(preparing => Run(run => run.Lending.Prepare(preparing)));
        Command<JobProtocol.Decline>(decline => Run(run => run.Lending.Decline(decline)));
        Command<RosterReplicaActor.Drawn>(drawn => Run(run => run.OnDrawn(drawn)));
        Command<RosterReplicaActor.HeadCovered>(covered => Run(run => run.Checking.OnCovered(covered.Head)));
        Command<RosterReplicaActor.Undrawn>(undrawn => Run(run => run.Drawing.OnUndrawn(undrawn)));
        Command<JobLoading.PagesLoaded>(pages => Run(run => run.Loading.OnLoaded(pages)));
        Command<Neighbours.NodeLeft>(left => Run(run => run.Lending.NodeLeft(left.Address)));

        Command<ChainProtocol.Appended>(appended => OfKeeper(
            appended.NodeId, writers => writers.OnAppended(appended), live => live.OnAppended(appended)));
        Command<ChainProtocol.AppendRefused>(refused => OfKeeper(
            refused.NodeId, writers => writers.OnRefused(refused), live => live.OnRefused(refused)));
        Command<Refused>(_ => { }); // a keeper that is busy: what it did not take is sent again

        Command<Recorded>(ack => { _live?.Deliveries.OnRecorded(ack); Work(); });
        Command<Settled>(ack => { _live?.Deliveries.OnSettled(ack); Work(); });
        Command<Gap>(gap => _live?.Deliveries.OnGap(gap.NodeId, gap.Expected));
        Command<SettleGap>(gap => _live?.Deliveries.OnGap(gap.NodeId, gap.Expected));

        Command<AccountProtocol.Paid>(ack => { _live?.Deliveries.OnPaid(ack); Work(); });
        Command<AccountProtocol.PayGap>(gap => _live?.Deliveries.OnGap(gap.NodeId, gap.Expected));
        Command<EscrowClosing.Answered>(answered => { _live?.Ending.On(answered); Work(); });

        Command<BossProtocol.JobEnded>(ended => { _live?.Ending.On(ended); Work(); });

        Command<Forget>(Enqueue);

        Command<Tick>(_ => OnTick());
        Command<ReceiveTimeout>(_ => OnIdle());
        Command<Status.Failure>(failure => throw new InvalidOperationException("Reading the journal failed.", failure.Cause));
    }

    public override string PersistenceId => PersistenceIdOf(_id);

    internal static string PersistenceIdOf(JobId id) => $"{Prefix}{id}";

    /// <exception cref="InvalidDataException">It is not a job's.</exception>
    internal static JobId IdOf(string persistenceId) =>
        persistenceId.StartsWith(Prefix, StringComparison.Ordinal) && JobId.TryParse(persistenceId[Prefix.Length..], out var id)
            ? id
            : throw new InvalidDataException($"'{persistenceId}' is not the persistence id of a job.");

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(Neighbours.NodeLeft));

    protected override void PostStop()
    {
        _state.Key?.Dispose();
        _observation.End();
    }

    /// <summary>Whoever waits is told, and may send again.</summary>
    protected override void OnNotWritten(Exception cause) => _commands.Refuse(Durability.NotWritten(cause));

    private void OnRecovered()
    {
        SetReceiveTimeout(_options.PassivateAfter);
        if (_state.Spec is null)
            return;
        _observation.Track();
        Show();
        if (_state.Status == JobStatus.Finished)
            return;
        Start();
    }

    private void Start()
    {
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
        _live = new LiveJob(_state, _node, PersistenceId, Self, Log);
        Work();
    }

    /// <summary>The keeper of the boss's chains has the job's own entries; those of workers, their results.</summary>
    private void OfKeeper(NodeId author, Action<JobWriters> own, Action<LiveJob> result)
    {
        if (author == _state.Spec?.Boss)
            Chain(own);
        else if (_live is { } live)
        {
            result(live);
            Work();
        }
    }

    private void Chain(Action<JobWriters> step)
    {
        if (_live?.Chain(step) == true)
            Work();
    }

    private void OnAuthorize(Authorize command)
    {
        var (delegated, reply) = _state.Process(command);
        if (delegated is null)
            Sender.Tell(reply);
        else
            _authorization.Ask(command, _state.Spec!, Sender);
    }

    private void OnCancel(CancelJob command)
    {
        if ((_state.Absence(_id) ?? command.CheckSignature(_state.Spec!.Boss)) is { } refused)
            Sender.Tell(refused);
        else
            _authorization.Ask(command, _state.Spec!, Sender);
    }

    private void OnChecked(JobAuthorization.Checked done)
    {
        if (done.Refusal is { } refusal)
            Sender.Tell(refusal);
        else
            Enqueue(done.Command);
    }

    private void Enqueue(ICommand command)
    {
        _commands.Add(command, Sender);
        Work();
    }

    /// <summary>Pages and results: what names blobs waits until they are found.</summary>
    private void Enter(ICommand command)
    {
        if (_state.Spec is null || _door.MayPass(command, Sender))
            Admit(command, Sender);
    }

    private void OnLooked(BlobDoor.Looked looked)
    {
        foreach (var (command, sender) in _door.On(looked))
            Admit(command, sender);
    }

    private void Admit(ICommand command, IActorRef sender)
    {
        if (command is BundleResult result)
        {
            Run(run => run.Lending.Receive(result));
            return;
        }
        if (command is AddTasks page && RefuseCohort(page) is { } refused)
        {
            sender.Tell(refused);
            return;
        }
        _commands.Add(command, sender);
        Work();
    }

    /// <summary>
    /// A new page, covered by a record when the season after the cohort's is over, would earn nobody anything: audits say so.
    /// </summary>
    private Refused? RefuseCohort(AddTasks page) =>
        _state.Spec?.Cohort is { } cohort && page.Page >= _state.Pages.Count
        && !_node.Rules.IsOpen(cohort.Season, new Epoch(_node.Rosters.Checkpoint.Epoch.Number + Receipt.Grace))
            ? new Refused(RefusalReason.Invalid, $"Cohort: {cohort}; the season after its own is over: hand in another job.")
            : null;

    private void Run(Action<JobRun> step)
    {
        if (_live?.Step(step) == true)
            Work();
    }

    /// <summary>One turn: write what has come together, lend what can be lent, answer who waits.</summary>
    private void Work()
    {
        if (_stopping)
            return;
        if (_writing == 0)
            Write();
        _live?.Advance();
        _readers.Answer();
        Show();
    }

    private void Show() => _observation.Show(_live?.Run?.Leases ?? 0, _commands.Count);

    private void Write()
    {
        var events = new List<IEvent>();
        _live?.Collect(events);
        // Last, for it may be the end: nothing is decided after a job was cancelled.
        var command = _commands.Next(_live?.Run?.Deciding.MeasuredBundle ?? 1, () => _live?.Forfeit() ?? Credits.Zero);
        if (command is var (@event, _))
            events.Add(@event);
        if (events.Count == 0 && _live?.Last() is { } last)
            events.Add(last);
        if (events.Count == 0)
            return;

        _writing = events.Count;
        _observation.OnWriting(events);
        PersistAllAsync(events, written =>
        {
            _state.Apply(written);
            if (_writing == 1)
                command?.Answer();
            _events.Tell(written, _state.Version);
            _live?.OnWritten(written, _state.Version);
            if (--_writing > 0)
                return;
            _door.GiveBack();
            _commands.OnWritten();
            _observation.OnWritten();
            if (_stopping)
                Context.Stop(Self);
            else
                Work();
        });
    }

    private void OnFinished()
    {
        _live = null;
        Log.Info("Job {0} is finished: {1} tasks.", _id, _state.Tasks);
    }

    private void OnTick()
    {
        _live?.Tick();
        _readers.Tick();
        if (_commands.Count == 0 && _writing == 0 && _live?.Abandoned is { } why)
            _commands.Add(new JobCommands.Abandon(_id, why), ActorRefs.Nobody);
        Work();
        if (_state.Status == JobStatus.Finished && _readers.IsEmpty)
            Timers.Cancel(nameof(Tick));
    }

    private void Answer(Action answer)
    {
        if (_state.Absence(_id) is { } absent)
        {
            Sender.Tell(absent);
            Context.Parent.Tell(new Passivate(EntityStop.Instance)); // else any name that is asked for would be remembered
            return;
        }
        answer();
        _readers.Answer();
        if (!_readers.IsEmpty && !Timers.IsTimerActive(nameof(Tick)))
            Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _options.ProgressInterval);
    }

    // A write under way ends first: else whoever comes back on another node reads a journal that is still to change.
    protected override void OnStop()
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

    private sealed class Tick : INotInfluenceReceiveTimeout
    {
        public static readonly Tick Instance = new();
    }
}
