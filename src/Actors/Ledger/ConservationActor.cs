using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Streams;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Ledger;

/// <summary>
/// Checks that credits are conserved, by reading the whole journal: one check at a time, whoever asks meanwhile gets its answer.
/// Takes about a second for a hundred thousand events.
/// </summary>
public sealed class ConservationActor : ReceiveActor
{
    /// <summary>Who waits for the check that is under way.</summary>
    private const int MostAsking = 64;

    private readonly List<IActorRef> _asking = [];

    public ConservationActor(UnknownMessages unknown)
    {
        Receive<CheckCredits>(_ => OnCheck());
        Receive<CreditsChecked>(Answer);
        Receive<Status.Failure>(failure =>
            Answer(new Refused(RefusalReason.Unavailable, $"The journal can't be read now: {failure.Cause.Message}")));
        ReceiveAny(message => unknown.Refuse(message, Sender));
    }

    private void OnCheck()
    {
        if (_asking.Count >= MostAsking)
        {
            Sender.Tell(new Refused(RefusalReason.Unavailable, $"{_asking.Count} wait for a check of the credits: come again."));
            return;
        }
        _asking.Add(Sender);
        if (_asking.Count == 1)
            CheckAsync(Context.System).PipeTo(Self);
    }

    private void Answer(IWire answer)
    {
        foreach (var asker in _asking)
            asker.Tell(answer);
        _asking.Clear();
    }

    private static async Task<CreditsChecked> CheckAsync(ActorSystem system)
    {
        var journal = PersistenceQuery.Get(system).ReadJournalFor<ICurrentAllEventsQuery>(
            system.Settings.Config.GetString(EventReader.ReadJournalKey));
        var fold = new ConservationFold();
        await journal.CurrentAllEvents(Offset.NoOffset()).RunForeach(envelope => fold.Add(envelope.Event), system.Materializer());
        return fold.Result();
    }
}
