using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Selection;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Actors.Bosses;

/// <summary>One boss: takes jobs, hands each to its own actor, and knows which are open.</summary>
public sealed class BossActor : ReceivePersistentActor
{
    private readonly NodeContext _node;
    private readonly NodeId _id;
    private BossState _state;
    private IActorRef? _asker; // of the job that is being written

    public BossActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = BossState.Empty(id);
        Recover<JobTaken>(taken => _state = _state.Apply(taken));
        Recover<JobEnded>(ended => _state = _state.Apply(ended));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<SubmitJob>(OnSubmit);
        Command<PayloadFound>(found => Take(found.Command, found.Kept));
        Command<Refused>(refused => Sender.Tell(refused)); // of its own making, for whoever handed the job in
        Command<JobProtocol.JobAccepted>(_ => { }); // to OnRecovered
        Command<JobFinished>(OnFinished);
        Command<ModuleReleased>(released => { if (released.Finished is { } finished) End(finished); });
        Command<Status.Failure>(failure => Context.GetLogger().Warning(
            failure.Cause, "Boss {0}: what a job that ended needed could not be released: its job says so again.", _id));
        Command<GetJobs>(_ => Sender.Tell(_state.Answer()));
        Command<EntityStop>(_ => Context.Stop(Self));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"boss-{_id}";

    /// <summary>The actor stops, and comes back as the journal has it. Whoever handed the job in is told, and may do it again.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _node.Journal.OnFailed(cause);
        if (@event is JobTaken)
            _asker?.Tell(NodeContext.NotWritten(cause));
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        OnPersistFailure(cause, @event, sequenceNr);
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);
    }

    /// <summary>
    /// A job that was taken just before a crash may not have heard of it: then nobody but this would ever make it, or end it. One that
    /// has compares, and changes nothing.
    /// </summary>
    private void OnRecovered()
    {
        foreach (var spec in _state.Open.Values)
            _node.Job.Tell(new JobProtocol.Create(spec));
    }

    private void OnSubmit(SubmitJob command)
    {
        if (command.Spec.Payload is not Payload.Wasm wasm)
        {
            Take(command, kept: true);
            return;
        }
        Task.Run(() => _node.Modules.OfJobAsync(wasm.Module, CancellationToken.None)).PipeTo(
            Self, Sender,
            success: refused => refused ?? (object)new PayloadFound(command, Kept: false), failure: NoBlobStore);
    }

    /// <summary>The module stays as long as the job: that is recorded before the job is taken, and for no job that is refused.</summary>
    private void Keep(SubmitJob command)
    {
        var wasm = (Payload.Wasm)command.Spec.Payload;
        _node.Options.Blobs.ReferAsync(wasm.Module, command.Spec.Id, _id, CancellationToken.None).AsTask().PipeTo(
            Self, Sender,
            success: found => found ? new PayloadFound(command, Kept: true) : ModuleVerdicts.Missing(wasm.Module), failure: NoBlobStore);
    }

    private static Refused NoBlobStore(Exception fault) =>
        new(RefusalReason.Unavailable, $"The blob store does not answer: {fault.Message}");

    private void Take(SubmitJob command, bool kept)
    {
        var eligible = CloseGroup.Size(_node.Rosters.Current, new Eligibility(command.Spec.Payload.Capability, command.Spec.Boss));
        var (taken, refusal) = _state.Process(command, eligible);
        if (refusal is not null)
        {
            Sender.Tell(_node.Settling(refusal));
            if (kept && command.Spec.Payload is Payload.Wasm && !_state.Open.ContainsKey(command.Spec.Id) && !_state.Ended.Contains(command.Spec.Id))
                _node.Options.Blobs.UnreferAsync(command.Spec.Id, CancellationToken.None).AsTask().PipeTo(Self, Self, success: () => new ModuleReleased(null));
            return;
        }
        // The job answers the asker itself, when it is durable too; the same job again goes the same way.
        var sender = Sender;
        if (taken is null)
        {
            _node.Job.Tell(new JobProtocol.Create(command.Spec), sender);
            return;
        }
        if (!kept)
        {
            Keep(command);
            return;
        }
        _asker = sender;
        Persist(taken, durable =>
        {
            _asker = null;
            _state = _state.Apply(durable);
            _node.Job.Tell(new JobProtocol.Create(command.Spec), sender);
        });
    }

    /// <summary>The module of a job that is handed in is there.</summary>
    /// <param name="Kept">And it is recorded that the job needs it.</param>
    private sealed record PayloadFound(SubmitJob Command, bool Kept);

    /// <summary>It is recorded that a job needs its module no more.</summary>
    /// <param name="Finished">The job, which is over; null for one that was not taken.</param>
    private sealed record ModuleReleased(JobFinished? Finished);

    private void OnFinished(JobFinished finished)
    {
        if (!_state.Open.TryGetValue(finished.JobId, out var spec))
        {
            Sender.Tell(new JobEnded(_id, finished.JobId));
            return;
        }
        // First, for a job that has ended is heard of no more.
        if (spec.Payload is Payload.Wasm)
            _node.Options.Blobs.EndAsync(finished.JobId, CancellationToken.None).AsTask().PipeTo(Self, Sender, success: () => new ModuleReleased(finished));
        else
            End(finished);
    }

    private void End(JobFinished finished)
    {
        var (job, ended) = (Sender, new JobEnded(_id, finished.JobId));
        if (!_state.Open.ContainsKey(finished.JobId))
        {
            job.Tell(ended);
            return;
        }
        Persist(ended, durable =>
        {
            _state = _state.Apply(durable);
            job.Tell(durable);
        });
    }
}
