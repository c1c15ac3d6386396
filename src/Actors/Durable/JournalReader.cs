using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Streams;

namespace AkkaCompute.Actors.Durable;

/// <summary>Reads all events of a journal in its order, from where it was before to what is there now.</summary>
public sealed class JournalReader(ActorSystem system)
{
    private long _read; // the order number of the last event that was taken

    /// <summary>
    /// The order number of the last event that was begun; 0 before the first. One that can't be read may come hundreds of events later.
    /// </summary>
    public long Row { get; private set; }

    /// <summary>Takes what has come since the last call; one call at a time.</summary>
    public async Task ReadAsync(Action<object> take, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(take);
        var journal = PersistenceQuery.Get(system).ReadJournalFor<ICurrentAllEventsQuery>(
            system.Settings.Config.GetString(EventReader.ReadJournalKey));
        await journal.CurrentAllEvents(Offset.Sequence(_read)).RunForeach(envelope =>
        {
            cancel.ThrowIfCancellationRequested();
            var number = ((Sequence)envelope.Offset).Value;
            if (number <= _read)
                return;
            Row = number;
            take(envelope.Event);
            _read = number;
        }, system.Materializer());
    }
}
