namespace AkkaCompute.Actors.Durable;

/// <summary>
/// Lets an actor that has several writes under way say something only when all writes before it are durable. Akka's own
/// DeferAsync does the same, but sends the journal empty batches, at which Akka.Persistence.Sql fails and trips its breaker.
/// </summary>
internal sealed class WriteBarrier
{
    private readonly Queue<(long After, Action Say)> _waiting = new();
    private long _handed;
    private long _written;

    /// <summary>An event is handed to the journal.</summary>
    public void OnHanded() => _handed++;

    /// <summary>The journal has the next event.</summary>
    public void OnWritten()
    {
        _written++;
        while (_waiting.TryPeek(out var next) && next.After <= _written)
            _waiting.Dequeue().Say();
    }

    /// <summary>Calls it at once if no write is under way, and else after those that are.</summary>
    public void Say(Action say)
    {
        if (_written == _handed)
            say();
        else
            _waiting.Enqueue((_handed, say));
    }
}
