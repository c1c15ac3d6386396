namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>An event as a journal has it.</summary>
/// <param name="Serializer">The serializer's id.</param>
/// <param name="Manifest">What the serializer calls its type.</param>
public sealed record StoredEvent(int Serializer, string Manifest, byte[] Bytes);

/// <summary>Where an event is, and when it was written.</summary>
/// <param name="Place">In the order of the whole journal.</param>
/// <param name="At">By the clock of the node that wrote it.</param>
public sealed record StoredMark(long Place, string PersistenceId, DateTimeOffset At);

/// <summary>A journal from below: what is in it, whoever wrote it, and how that is replaced.</summary>
public interface IStoredEvents
{
    /// <summary>The last place that is taken; 0 where nothing is there.</summary>
    Task<long> EndAsync(CancellationToken cancel);

    /// <summary>The events of one type after a place, in order.</summary>
    /// <param name="most">How many; there may be more after the last one of so many.</param>
    Task<IReadOnlyList<StoredMark>> FindAsync(int serializer, string manifest, long after, int most, CancellationToken cancel);

    /// <summary>
    /// Puts other events in the places of an actor's, one after the other from the first: no place and no number in the journal changes.
    /// May be repeated.
    /// </summary>
    /// <param name="rewrite">What is to stand there; null to leave it.</param>
    Task RewriteAsync(string persistenceId, Func<StoredEvent, StoredEvent?> rewrite, CancellationToken cancel);
}
