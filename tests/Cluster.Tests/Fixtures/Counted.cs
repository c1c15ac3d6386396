using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AkkaCompute.Actors.Sight;
using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What one of our counters counts from now on, by its label "kind".</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();

    public Counted(string counter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is NodeMetrics.MeterName or RemotingGuard.MeterName && instrument.Name == counter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
                _counts.AddOrUpdate((string)tag.Value!, value, (_, before) => before + value);
        });
        _listener.Start();
    }

    public long this[string kind] => _counts.GetValueOrDefault(kind);

    public void Dispose() => _listener.Dispose();
}
