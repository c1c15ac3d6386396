using System.Diagnostics.Metrics;

namespace AkkaCompute.Tests.Cluster;

/// <summary>One of a node's gauges, read when it is asked for.</summary>
internal sealed class Gauge : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public Gauge(TestNode node, string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == node.Context.Metrics.Meter && instrument.Name == name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((_, value, _, _) => Volatile.Write(ref _value, value));
        _listener.Start();
    }

    public long Value
    {
        get
        {
            _listener.RecordObservableInstruments();
            return Volatile.Read(ref _value);
        }
    }

    public void Dispose() => _listener.Dispose();
}
