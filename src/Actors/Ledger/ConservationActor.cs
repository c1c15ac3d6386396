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

    private readonly Func<CancellationToken, Task<long>>? _end;

    /// <param name="end">Says how far the journal goes; null where that can't be told.</param>
    public ConservationActor(Func<CancellationToken, Task<long>>? end, UnknownMessages unknown)
    {
        _end = end;
        Receive<CheckCredits>(_ => OnCheck());
        Receive<CreditsChecked>(Answer);
        Receive<Status.Failure>(failure => Answer(new Refused(RefusalReason.Unavailable, $"The journal can't be read now: {failure.Cause.Message}")));
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
            CheckAsync(Context.System, _end).PipeTo(Self);
    }

    private void Answer(IWire answer)
    {
        foreach (var asker in _asking)
            asker.Tell(answer);
        _asking.Clear();
    }

    private static async Task<CreditsChecked> CheckAsync(ActorSystem system, Func<CancellationToken, Task<long>>? last)
    {
        var journal = PersistenceQuery.Get(system).ReadJournalFor<ICurrentAllEventsQuery>(
            system.Settings.Config.GetString(EventReader.ReadJournalKey));
        var end = last is not null ? await last(CancellationToken.None).ConfigureAwait(false) : 0;
        var (fold, read) = (new ConservationFold(), 0L);
        await journal.CurrentAllEvents(Offset.NoOffset()).RunForeach(envelope =>
        {
            fold.Add(envelope.Event);
            read = ((Sequence)envelope.Offset).Value;
        }, system.Materializer());
        // The plugin reads as far as it can see, and says nothing where a damaged page keeps it from the rest.
        return read >= end ? fold.Result() : throw new InvalidDataException($"its events after {read} were not read, but there are some to {end}.");
    }
}
