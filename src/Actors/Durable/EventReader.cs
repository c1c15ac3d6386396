using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace AkkaCompute.Actors.Durable;

/// <summary>Reads events back by their sequence number, through whatever read journal the configuration names.</summary>
public sealed class EventReader(ActorSystem system)
{
    /// <summary>Where the configuration names the read journal's plugin.</summary>
    public const string ReadJournalKey = "akka-compute.read-journal";

    private readonly string _plugin = system.Settings.Config.GetString(ReadJournalKey);

    /// <summary>Whether an actor has ever written anything.</summary>
    public async Task<bool> HasAnyAsync(string persistenceId) => !(await ReadAsync(persistenceId, 1, 1).ConfigureAwait(false)).IsEmpty;

    /// <summary>The events of one actor from one number to another, both included.</summary>
    public async Task<ImmutableArray<(long Sequence, object Event)>> ReadAsync(string persistenceId, long from, long to)
    {
        var journal = PersistenceQuery.Get(system).ReadJournalFor<ICurrentEventsByPersistenceIdQuery>(_plugin);
        var envelopes = await journal.CurrentEventsByPersistenceId(persistenceId, from, to)
            .RunWith(Sink.Seq<EventEnvelope>(), system.Materializer());
        return [.. envelopes.Select(envelope => (envelope.SequenceNr, envelope.Event))];
    }
}
