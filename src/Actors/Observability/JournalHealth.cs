namespace AkkaCompute.Actors.Observability;

/// <summary>
/// Whether the journal takes writes, as the actors of this node saw it last. A journal that refuses one (a full disk, a
/// database that is away) is given a pause before the next new work is tried on it; what is open already goes on trying.
/// </summary>
public sealed class JournalHealth(TimeProvider time)
{
    /// <summary>Time after a refused write in which new work is refused too, if nothing was written since.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private Failure? _last;
    private UnreadableEvents? _unreadable;
    private long _failures;

    /// <summary>Writes that the journal refused.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Why new work should not be taken now; <c>null</c> where it may be.</summary>
    public string? Refusing => Volatile.Read(ref _last) is { } last && time.GetUtcNow() - last.At < Pause ? last.Why : null;

    /// <summary>What an actor of this node could not read back, at first; null: all could be read.</summary>
    public UnreadableEvents? Unreadable => Volatile.Read(ref _unreadable);

    /// <summary>An actor could not read its events or its snapshot.</summary>
    public void OnUnreadable(string persistenceId, Exception cause) =>
        Interlocked.CompareExchange(ref _unreadable, new UnreadableEvents(persistenceId, cause), null);

    /// <summary>A write is durable.</summary>
    public void OnWritten()
    {
        if (Volatile.Read(ref _last) is not null)
            Volatile.Write(ref _last, null);
    }

    /// <summary>A write failed or was refused.</summary>
    public void OnFailed(Exception cause)
    {
        Interlocked.Increment(ref _failures);
        Volatile.Write(ref _last, new Failure(time.GetUtcNow(), cause.GetBaseException().Message));
    }

    private sealed record Failure(DateTimeOffset At, string Why);
}

/// <summary>Events or a snapshot that an actor could not read, so that it did not start.</summary>
public sealed record UnreadableEvents(string PersistenceId, Exception Cause);
