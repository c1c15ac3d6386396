using Akka.Actor;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Actors.Ledger;

/// <summary>
/// The credits of one c-node. Several movements may be on their way to the journal at once, so a second state runs ahead of the
/// durable one and decides; answers come when they are durable.
/// </summary>
public sealed class AccountActor : DurableActor
{
    private readonly NodeId _id;
    private AccountState _state;
    private AccountState _ahead;

    /// <param name="keyOf">The key of a cluster node; null where it is not known: what it issues is refused then.</param>
    public AccountActor(NodeId id, Durability durability, Func<NodeId, PublicKey?> keyOf) : base(durability)
    {
        _id = id;
        _state = _ahead = AccountState.Empty(id);
        Recover<IEvent>(@event => _state = _ahead = _state.Apply(@event));
        Command<Issue>(issue =>
        {
            if (IssueProof.Check(issue, keyOf) is { } refused)
                Sender.Tell(refused);
            else
                OnCommand(issue);
        });
        Command<ICommand>(OnCommand);
        Command<GetIssued>(ask => Sender.Tell(_state.Answer(ask)));
        Command<GetBalance>(_ => Sender.Tell(_state.Answer()));
    }

    public override string PersistenceId => $"account-{_id}";

    private void OnCommand(ICommand command)
    {
        var sender = Sender;
        var (@event, reply) = _ahead.Process(command);
        if (@event is null)
        {
            WhenWritten(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(@event);
        PersistAhead(@event, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
        });
    }
}
