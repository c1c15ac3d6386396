using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;

namespace AkkaCompute.Actors.Vouching;

/// <summary>
/// Keeps the vouches about one c-node. Several may be on their way to the journal at once, so a second state runs ahead of
/// the durable one and decides; answers come from the durable one.
/// </summary>
public sealed class ReputationActor : DurableActor
{
    private const int EventsPerSnapshot = 512;

    private readonly NodeId _id;
    private ReputationState _state;
    private ReputationState _ahead;

    public ReputationActor(NodeId id, Durability durability) : base(durability)
    {
        _id = id;
        _state = _ahead = ReputationState.Empty(id);
        RecoverFrom<ReputationSnapshot>(snapshot => _state = _ahead = ReputationState.Of(snapshot));
        Recover<VouchRecorded>(recorded => _state = _ahead = _state.Apply(recorded));
        Command<Record>(OnRecord);
        Command<GetReputation>(_ => Sender.Tell(_state.Answer()));
    }

    public override string PersistenceId => $"reputation-{_id}";

    private void OnRecord(Record command)
    {
        var sender = Sender;
        var (recorded, reply) = _ahead.Process(command);
        if (recorded is null)
        {
            WhenWritten(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(recorded);
        PersistAhead(recorded, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            SaveSnapshotAfter(Math.Max(EventsPerSnapshot, _state.Numbers.Count), _state.ToSnapshot);
        });
    }
}
