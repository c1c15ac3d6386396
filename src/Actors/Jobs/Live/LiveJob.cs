using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// A job in memory until it is finished: its parts, and which of them there are. They say what is to be written next; the actor writes it,
/// and tells them when it is durable.
/// </summary>
internal sealed class LiveJob
{
    /// <summary>Entries of some 900 bytes: they fit a frame.</summary>
    private const int UnjudgedPerMessage = 64;

    private readonly JobState _state;
    private readonly JobNode _node;
    private readonly string _persistenceId;
    private readonly IActorRef _self;
    private readonly ILoggingAdapter _log;
    private readonly JobIdle _idle;
    private readonly LiveParts _parts = new();
    private readonly JobEvents _events = new();
    private JobWriters? _writers;
    private JobChainsEnd? _end;

    public LiveJob(JobState state, JobNode node, string persistenceId, IActorRef self, ILoggingAdapter log)
    {
        (_state, _node, _persistenceId, _self, _log) = (state, node, persistenceId, self, log);
        _idle = new JobIdle(state, node.Options, node.Time);
        Deliveries = new JobDeliveries(state, node.Options, node, self);
        Ending = new JobEnding(state, node, node.Options, self);
        Results = new JobResults(state, node, self, log);
        _events
            .On<Delegated>(_ => StartChains())
            .On<Cancelled>(_ => Drop([], byBoss: true))
            .On<PagesEnded>(_ => Drop([], byBoss: true))
            .On<ChainEnded>(_ => Drop(_end!.Unpaid, _end.IsByBoss));
        Arrange();
        if (state.Submits is not null)
            StartChains();
    }

    /// <summary>Null before the job is authorized, and when it has no tasks to run any more.</summary>
    public JobRun? Run { get; private set; }

    public JobDeliveries Deliveries { get; }

    public JobResults Results { get; }

    public JobEnding Ending { get; }

    /// <summary>Why the job is to end: its boss has gone away. <c>null</c> means that it has not.</summary>
    public string? Abandoned => _idle.Check();

    /// <summary>What the boss does not get back if the job ends now.</summary>
    public Credits Forfeit() => Run?.Forfeit() ?? Credits.Zero;

    /// <summary>An event is durable, and in the job's state.</summary>
    /// <inheritdoc cref="LiveParts.OnWritten" path="/param"/>
    public void OnWritten(IEvent written, long sequence)
    {
        _parts.OnWritten(written, sequence);
        _events.Tell(written, sequence);
    }

    /// <summary>A step of the run; false where there is none.</summary>
    public bool Step(Action<JobRun> step)
    {
        if (Run is not { } run)
            return false;
        step(run);
        return true;
    }

    /// <summary>The keeper of a worker's chains has results of this job.</summary>
    public void OnAppended(ChainProtocol.Appended appended)
    {
        Results.OnAppended(appended);
        Run?.Checking.OnAppended(appended);
    }

    /// <summary>The keeper of a worker's chains does not take a result.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        Results.OnRefused(refused);
        Run?.Checking.OnRefused(refused);
    }

    /// <summary>A step of the chains; false where there are none.</summary>
    public bool Chain(Action<JobWriters> step)
    {
        if (_writers is not { } writers)
            return false;
        step(writers);
        Deliveries.OnReceipts(writers.Verdicts);
        return true;
    }

    /// <summary>What has come together since the last write.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        _end?.Look();
        _parts.Collect(events);
    }

    /// <summary>How the job ends, where nothing else is to be written: how the budget was used, and then its last event.</summary>
    public IEvent? Last() =>
        !Results.IsEmpty ? null // what comes in after the settlement comes too late for an audit
        : _state.CanSettle ? _writers!.Signer.Settle(_state.Escrow)
        : _state.CanFinish ? Ending.Next()
        : null;

    public void Advance() => _parts.Advance();

    public void Tick() => _parts.Tick();

    /// <summary>The parts that there are, in the order of what they write. A new one that outlives the run is a word here.</summary>
    private void Arrange() =>
        _parts.Arrange([.. new ILivePart?[] { Run, Deliveries, _writers, _end, Results }.OfType<ILivePart>()]);

    /// <summary>The job is authorized: its entries go into its boss's chains, and its tasks to workers.</summary>
    private void StartChains()
    {
        Results.Begin();
        _writers = new JobWriters(_state, _node, _self, _log);
        _end = new JobChainsEnd(_state, _writers, Forfeit);
        _writers.Flush();
        if (!_state.Complete)
            Run = new JobRun(_state, _node, _writers, _end, _persistenceId, _self, _log);
        Arrange();
    }

    /// <summary>Nothing more is to be executed.</summary>
    private void Drop(IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> unpaid, bool byBoss)
    {
        if (byBoss)
            TellUnjudged(unpaid.Concat(Run?.InHand() ?? []));
        Run?.Lending.Release();
        Run = null;
        Arrange();
    }

    /// <summary>Tells workers once, and only those with a session: the worker's word is its own, and nothing waits for it.</summary>
    private void TellUnjudged(IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> results)
    {
        foreach (var worker in results.GroupBy(result => result.Worker))
        {
            if (_node.Rosters.Current.Find(worker.Key) is not { } member)
                continue;
            foreach (var some in worker.Select(result => result.Result).Chunk(UnjudgedPerMessage))
            {
                _node.Neighbours.Sessions(member.NodeAddress)
                    .Tell(new Unjudged(_state.Spec!.Id, worker.Key, _state.Spec.Boss, some), _self);
            }
        }
    }
}
