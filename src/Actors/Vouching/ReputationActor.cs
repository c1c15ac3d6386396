using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Vouching;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;

namespace AkkaCompute.Actors.Vouching;

/// <summary>
/// Keeps the vouches about one c-node. Several may be on their way to the journal at once, so a second state runs ahead of
/// the durable one and decides; answers come from the durable one.
/// </summary>
public sealed class ReputationActor : ReceivePersistentActor
{
    private readonly NodeId _id;
    private readonly NodeContext _node;
    private readonly WriteBarrier _writes = new();
    private ReputationState _state;
    private ReputationState _ahead;

    public ReputationActor(NodeId id, NodeContext node)
    {
        (_id, _node) = (id, node);
        _state = _ahead = ReputationState.Empty(id);
        Recover<VouchRecorded>(recorded => _state = _ahead = _state.Apply(recorded));
        Command<Record>(OnRecord);
        Command<GetReputation>(_ => Sender.Tell(_state.Answer()));
        Command<EntityStop>(_ => _writes.Say(() => Context.Stop(Self)));
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
        });
    }
}
