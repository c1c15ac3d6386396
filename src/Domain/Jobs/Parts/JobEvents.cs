using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>
/// Which parts take which kinds of a job's events. An event goes to all that take its kind, in the order in which they said so. So a part
/// sees those before it as they are after the event, and those after it as they were before.
/// </summary>
public sealed class JobEvents
{
    private readonly Dictionary<Type, Action<IEvent, long>> _takers = [];

    /// <summary>The kinds that somebody takes.</summary>
    public IReadOnlyCollection<Type> Kinds => _takers.Keys;

    /// <summary>A part takes this kind.</summary>
    public JobEvents On<T>(Action<T> take) where T : class, IEvent => On<T>((taken, _) => take(taken));

    /// <summary>A part takes this kind, and wants to know the journal's sequence number of the event.</summary>
    public JobEvents On<T>(Action<T, long> take) where T : class, IEvent
    {
        void Take(IEvent @event, long sequence) => take((T)@event, sequence);
        _takers[typeof(T)] = _takers.TryGetValue(typeof(T), out var before) ? before + Take : Take;
        return this;
    }

    /// <summary>Tells those who take it. False: nobody does.</summary>
    public bool Tell(IEvent @event, long sequence)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!_takers.TryGetValue(@event.GetType(), out var take))
            return false;
        take(@event, sequence);
        return true;
    }
}
