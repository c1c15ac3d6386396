using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>
/// A job's process over the real states: one write at a time, all replies when durable, everything but the log lost in a
/// crash. A write that was under way at a crash is in the log or is not.
/// </summary>
internal sealed class SimulatedJob(World world, Random random)
{
    private readonly List<IEvent> _log = [];
    private readonly Queue<(ICommand Command, Action<IWire> Reply)> _commands = new();
    private List<(IEvent Event, Action Durable)>? _writing;
    private JobState _state = new(JobLimits.Default);
    private SimulatedRun? _run;
    private SimulatedWriters? _writers;
    private SimulatedDeliveries? _deliveries;

    public IReadOnlyList<IEvent> Log => _log;

    public JobState State => _state;

    public void Handle(ICommand command, Action<IWire> reply) => _commands.Enqueue((command, reply));

    public void Run(Action<SimulatedRun> step)
    {
        if (_run is not null)
            step(_run);
    }

    public void Writers(Action<SimulatedWriters> step)
    {
        if (_writers is not null)
            step(_writers);
    }

    public void Deliveries(Action<SimulatedDeliveries> step)
    {
        if (_deliveries is not null)
            step(_deliveries);
    }

    /// <summary>The journal answers: what was being written is durable.</summary>
    public void EndWrite()
    {
        if (_writing is not { } written)
            return;
        _writing = null;
        foreach (var (@event, durable) in written)
        {
            _log.Add(@event);
            _state.Apply(@event);
            durable();
        }
    }

    public void BeginWrite()
    {
        if (_writing is not null)
            return;
        var writes = new List<(IEvent, Action)>();
        if (_run?.NextDrawn() is { } drawn)
            writes.Add((drawn, () => { }));
        if (_run?.NextRedraw(world.SomebodyIsThere) is { } redrawn)
            writes.Add((redrawn, () => _run?.OnRedrawn(redrawn)));
        if (_run?.NextRequested() is { } requested)
            writes.Add((requested, () => _run?.OnRequested(requested)));
        if (_run?.NextPassedOver() is { } passed)
            writes.Add((passed, () => _run?.OnPassedOver(passed)));
        foreach (var checks in _run?.NextChecks() ?? [])
            writes.Add((checks, () => OnChecks(checks)));
        if (_run?.NextBatch(random.Next(1, 4)) is { } decided)
            writes.Add((decided, () => _run?.OnBatchWritten()));
        if (_deliveries?.NextArrived() is { } delivered)
            writes.Add((delivered, () => { }));
        if (_writers?.NextReceipted() is { } receipted)
            writes.Add((receipted, () => { }));
        AddCommand(writes); // the last: nothing is decided after a job was cancelled
        if (writes.Count == 0 && _state.CanSettle)
            writes.Add((_writers!.Signer.Settle(_state.Escrow), () => { }));
        if (writes.Count == 0 && _state.CanFinish)
            writes.Add((new Finished(_state.Spec!.Id), () => { }));
        if (writes.Count > 0)
            _writing = writes;
    }

    /// <summary>What is drawn anew, the run has drawn.</summary>
    private void OnChecks(IEvent written)
    {
        if (written is Redrawn redrawn)
            _run?.OnRedrawn(redrawn);
        else
            _run?.OnChecks(written);
    }

    private void AddCommand(List<(IEvent, Action)> writes)
    {
        while (_commands.TryDequeue(out var next))
        {
            var (@event, reply) = Decide(next.Command);
            if (@event is not null)
            {
                writes.Add((@event, () => { next.Reply(reply); OnWritten(@event); }));
                return;
            }
            next.Reply(reply);
        }
    }

    public void Crash()
    {
        if (_writing is { } written && random.Next(2) == 0)
            _log.AddRange(written.Select(write => write.Event));
        (_writing, _run, _writers, _deliveries) = (null, null, null, null);
        _commands.Clear();
        _state = Rebuild();
        if (_state.Spec is null || _state.Status == JobStatus.Finished)
            return;
        Start();
    }

    public JobState Rebuild()
    {
        var state = new JobState(JobLimits.Default);
        foreach (var @event in _log)
            state.Apply(@event);
        return state;
    }

    private (IEvent?, IWire) Decide(ICommand command) => command switch
    {
        Create create => _state.Process(create, SomeJob.Seed),
        Authorize authorize => _state.Process(authorize),
        AddTasks add => _state.Process(add, random.Next(1, 6)),
        CancelJob cancel => _state.Process(cancel, () => _run?.Forfeit() ?? Credits.Zero),
        _ => throw new ArgumentException(command.GetType().Name, nameof(command)),
    };

    private void OnWritten(IEvent written)
    {
        if (written is Created)
            Start();
        if (written is Delegated)
            StartChains();
        if (written is Cancelled)
        {
            _run?.Cancel();
            _run = null;
        }
    }

    private void Start()
    {
        _deliveries = new SimulatedDeliveries(_state, world);
        if (_state.Submits is not null)
            StartChains();
    }

    private void StartChains()
    {
        _writers = new SimulatedWriters(_state, world);
        _run = _state.Complete ? null : new SimulatedRun(_state, _writers, world);
    }
}
