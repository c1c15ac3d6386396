using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Actors.Vouching;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Vouching;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The durable side of a worker: its declaration, and its vouches for bosses. A settlement is acknowledged when the vouch has
/// arrived in the boss's reputation, so the job's outbox covers the whole way and this actor needs none of its own.
/// </summary>
public sealed class WorkerActor : ReceivePersistentActor
{
    private readonly NodeContext _node;
    private readonly NodeId _id;
    private readonly Dictionary<(JobId Job, long Number), IActorRef> _waiting = [];
    private readonly WriteBarrier _writes = new();
    private WorkerState _state;
    private WorkerState _ahead;

    public WorkerActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = _ahead = WorkerState.Empty(id);
        Recover<Declared>(declared => _state = _ahead = _state.Apply(declared));
        Recover<Rewarded>(rewarded => _state = _ahead = _state.Apply(rewarded));
        Command<Declare>(OnDeclare);
        Command<Settle>(OnSettle);
        Command<Recorded>(OnRecorded);
        Command<Gap>(_ => { }); // the job sends again what it misses, in order
        Command<EntityStop>(_ => _writes.Say(() => Context.Stop(Self)));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"worker-{_id}";

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _node.Journal.OnFailed(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);

    private void OnDeclare(Declare command)
    {
        var sender = Sender;
        var (declared, reply) = _ahead.Process(command);
        if (declared is null)
        {
            _writes.Say(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(declared);
        _writes.OnHanded();
        PersistAsync(declared, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            _writes.OnWritten();
        });
    }

    private void OnSettle(Settle command)
    {
        var (rewarded, deliver, gap) = _ahead.Process(command);
        if (gap is not null)
        {
            Sender.Tell(gap);
            return;
        }
        _waiting[(deliver!.Job, deliver.Number)] = Sender;
        if (rewarded is null)
        {
            _writes.Say(() => Deliver(deliver));
            return;
        }
        _ahead = _ahead.Apply(rewarded);
        _writes.OnHanded();
        PersistAsync(rewarded, durable =>
        {
            _state = _state.Apply(durable);
            Deliver(durable.Vouch);
            _writes.OnWritten();
        });
    }

    private void Deliver(Vouch vouch) => _node.Reputation.Tell(new Record(vouch), Self);

    private void OnRecorded(Recorded recorded)
    {
        if (_waiting.Remove((recorded.JobId, recorded.Number), out var job))
            job.Tell(new Settled(_id, recorded.JobId, recorded.Number));
    }
}
