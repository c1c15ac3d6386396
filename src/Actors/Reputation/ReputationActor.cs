using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;

namespace AkkaCompute.Actors.Reputation;

/// <summary>
/// Keeps the vouches about one c-node. Several may be on their way to the journal at once, so a second state runs ahead of
/// the durable one and decides; answers come from the durable one.
/// </summary>
public sealed class ReputationActor : ReceivePersistentActor
{
    private const int EventsPerSnapshot = 512;

    private readonly NodeId _id;
    private readonly NodeContext _node;
    private readonly WriteBarrier _writes = new();
    private ReputationState _state;
    private ReputationState _ahead;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _snapshotAt;

    public ReputationActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = _ahead = ReputationState.Empty(id);
        Recover<SnapshotOffer>(offer => (_state, _snapshotAt) = (ReputationState.Of((ReputationSnapshot)offer.Snapshot), offer.Metadata.SequenceNr));
        Recover<VouchRecorded>(recorded => _state = _state.Apply(recorded));
        Recover<RecoveryCompleted>(_ => _ahead = _state);
        Command<Record>(OnRecord);
        Command<GetReputation>(_ => Sender.Tell(_state.Answer()));
        Command<EntityStop>(_ => _writes.Say(() => Context.Stop(Self)));
        Command<SaveSnapshotSuccess>(saved => DeleteSnapshots(new SnapshotSelectionCriteria(saved.Metadata.SequenceNr - 1)));
        Command<SaveSnapshotFailure>(failure => _log.Warning(failure.Cause, "The snapshot of {0} was not written; the events are.", PersistenceId));
        Command<DeleteSnapshotsSuccess>(_ => { });
        Command<DeleteSnapshotsFailure>(failure => _log.Warning(failure.Cause, "Old snapshots of {0} were not deleted.", PersistenceId));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"reputation-{_id}";

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => _node.Journal.OnFailed(cause);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);

    private void OnRecord(Record command)
    {
        var sender = Sender;
        var (recorded, reply) = _ahead.Process(command);
        if (recorded is null)
        {
            _writes.Say(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(recorded);
        _writes.OnHanded();
        PersistAsync(recorded, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            _writes.OnWritten();
            if (LastSequenceNr - _snapshotAt < Math.Max(EventsPerSnapshot, _state.Numbers.Count))
                return;
            _snapshotAt = LastSequenceNr;
            SaveSnapshot(_state.ToSnapshot());
        });
    }
}
