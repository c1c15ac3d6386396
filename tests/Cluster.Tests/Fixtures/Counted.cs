using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What one of our counters counts from now on, by the values of its labels.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();
    private long _total;

    /// <summary>A counter of one node.</summary>
    public Counted(TestNode node, string counter)
        : this(counter, meter => meter == node.Context.Metrics.Meter)
    {
    }

    /// <summary>
    /// A counter of the whole process, of what is refused on the wire. Other tests run beside this one: whoever makes nodes refuse the
    /// same is in the collection <see cref="Alone.Refusing"/>.
    /// </summary>
    public Counted(string counter)
        : this(counter, meter => meter.Name == RemotingGuard.MeterName)
    {
    }

    private Counted(string counter, Predicate<Meter> isMeter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isMeter(instrument.Meter) && instrument.Name == counter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            Interlocked.Add(ref _total, value);
            foreach (var tag in tags)
                _counts.AddOrUpdate((string)tag.Value!, value, (_, before) => before + value);
        });
        _listener.Start();
    }

    public long Total => Interlocked.Read(ref _total);

    public long this[string kind] => _counts.GetValueOrDefault(kind);

    public void Dispose() => _listener.Dispose();
}
