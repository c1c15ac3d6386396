using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Operations.Observability;

/// <summary>
/// Gathers what a meter measures, and the runtime's own meter, and writes it as Prometheus reads it (text format 0.0.4).
/// </summary>
public sealed class MetricsText : IDisposable
{
    /// <summary>What a response with this text says it is.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The meter of the .NET runtime: processor time, memory, collections, thread pool.</summary>
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();
    private readonly Lock _lock = new();

    public MetricsText(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter != meter && instrument.Meter.Name is not (RuntimeMeter or RemotingGuard.MeterName))
                return;
            var series = new MetricSeries(instrument);
            _series[instrument] = series;
            listener.EnableMeasurementEvents(instrument, series);
        };
        _listener.SetMeasurementEventCallback<long>((_, measured, labels, series) => ((MetricSeries)series!).Add(measured, labels));
        _listener.SetMeasurementEventCallback<int>((_, measured, labels, series) => ((MetricSeries)series!).Add(measured, labels));
        _listener.SetMeasurementEventCallback<double>((_, measured, labels, series) => ((MetricSeries)series!).Add(measured, labels));
        _listener.Start();
    }

    /// <summary>All values as they are now.</summary>
    public string Write()
    {
        lock (_lock)
        {
            foreach (var observed in _series.Values.Where(series => series.IsObserved))
                observed.Clear();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var series in _series.Values.OrderBy(series => series.Name, StringComparer.Ordinal))
                series.Write(text);
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();
}
