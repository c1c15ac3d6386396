using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace AkkaCompute.Gateway.Limits;

/// <summary>
/// What a gateway shows of itself on its node's <c>/metrics</c>. Labels have few values: a route as it is written in the table, never what
/// was asked for.
/// </summary>
public sealed class GatewayMetrics
{
    /// <summary>A request that found no operation.</summary>
    public const string NoRoute = "none";

    private static readonly ConditionalWeakTable<Meter, GatewayMetrics> _ofMeters = [];

    private readonly ConcurrentBag<(OpenConnections Connections, Func<int> Workers)> _gateways = [];
    private readonly Counter<long> _requests, _refused, _bytes;
    private readonly Histogram<double> _time;

    private GatewayMetrics(Meter meter)
    {
        _requests =
            meter.CreateCounter<long>("akkacompute.gateway.requests", null, "Requests by operation and by the class of their status.");
        _refused = meter.CreateCounter<long>(
            "akkacompute.gateway.refused", null,
            "What was refused before anybody looked at it: connections, and requests by rate, host or origin.");
        _bytes = meter.CreateCounter<long>("akkacompute.gateway.traffic", "By", "Bytes of all connections, in and out.");
        _time = meter.CreateHistogram<double>(
            "akkacompute.gateway.request.duration", "s",
            "From a request's head to the end of its answer; without those that wait for news, and workers.");
        meter.CreateObservableGauge(
            "akkacompute.gateway.connections", () => _gateways.Sum(one => one.Connections.Open), null, "Connections that are open now.");
        meter.CreateObservableGauge(
            "akkacompute.gateway.workers", () => _gateways.Sum(one => one.Workers()), null, "Connections of workers that are open now.");
    }

    /// <summary>Those of a node: all its gateways count together.</summary>
    /// <param name="meter">The node's.</param>
    public static GatewayMetrics Of(Meter meter) => _ofMeters.GetValue(meter, one => new GatewayMetrics(one));

    /// <summary>Shows how many connections there are now, and how many of them are workers'.</summary>
    public void Watch(OpenConnections connections, Func<int> workers) => _gateways.Add((connections, workers));

    /// <param name="route">As it is written in the table of operations.</param>
    public void OnAnswered(string route, int status, TimeSpan took, bool waits)
    {
        _requests.Add(1, new TagList { { "route", route }, { "status", status is >= 100 and < 600 ? $"{status / 100}xx" : "other" } });
        if (!waits)
            _time.Record(took.TotalSeconds);
    }

    /// <param name="why">connection, rate, host or origin.</param>
    public void OnRefused(string why) => _refused.Add(1, new KeyValuePair<string, object?>("reason", why));

    public void OnRead(long bytes) => OnBytes("in", bytes);

    public void OnWritten(long bytes) => OnBytes("out", bytes);

    private void OnBytes(string direction, long bytes)
    {
        if (bytes > 0)
            _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", direction));
    }
}
