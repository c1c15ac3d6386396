using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Actors.Ledger;

/// <summary>
/// The credits of one c-node. Several movements may be on their way to the journal at once, so a second state runs ahead of the
/// durable one and decides; answers come when they are durable.
/// </summary>
public sealed class AccountActor : ReceivePersistentActor
{
    private readonly NodeId _id;
    private readonly WriteBarrier _writes = new();
    private AccountState _state;
    private AccountState _ahead;

    public AccountActor(NodeId id, NodeContext node)
    {
        _id = id;
        _state = _ahead = AccountState.Empty(id);
        Recover<IEvent>(@event => _state = _ahead = _state.Apply(@event));
        Command<Issue>(issue =>
        {
            if (IssueProof.Check(issue, node.KeyOf) is { } refused)
                Sender.Tell(refused);
            else
                OnCommand(issue);
        });
        Command<ICommand>(OnCommand);
        Command<GetIssued>(ask => Sender.Tell(_state.Answer(ask)));
        Command<GetBalance>(_ => Sender.Tell(_state.Answer()));
        Command<EntityStop>(_ => _writes.Say(() => Context.Stop(Self)));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => $"account-{_id}";

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        throw new InvalidOperationException($"The journal refused {@event.GetType().Name}.", cause);

    private void OnCommand(ICommand command)
    {
        var sender = Sender;
        var (@event, reply) = _ahead.Process(command);
        if (@event is null)
        {
            _writes.Say(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(@event);
        _writes.OnHanded();
        PersistAsync(@event, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            _writes.OnWritten();
        });
    }
}
