using System.Diagnostics;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>What a job's actor shows of itself: its gauge, its counters, and a span for each write and each delivery.</summary>
internal sealed class JobObservation(JobId id, JobNode node, JobState state) : IJobPart
{
    private readonly JobGauge _gauge = new();
    private long _writeStarted;
    private Activity? _write, _delivery;

    public void Register(JobEvents events) => events
        .On<Created>(_ =>
        {
            node.Metrics.OnJob("accepted");
            Track();
        })
        .On<Decided>(OnDecided)
        .On<Delivered>(_ => OnDelivered())
        .On<Cancelled>(_ => node.Metrics.OnJob("cancelled"))
        .On<Finished>(_ => node.Metrics.OnJob("finished"));

    /// <summary>The job is there: it shows from now on.</summary>
    public void Track()
    {
        node.Metrics.Track(_gauge);
        _gauge.Decided = state.Progress().Decided;
    }

    public void Show(int leases, int commands)
    {
        (_gauge.Status, _gauge.Tasks) = (state.Status, state.Tasks);
        (_gauge.Leases, _gauge.Commands) = (leases, commands);
    }

    public void OnWriting(IReadOnlyList<IEvent> events)
    {
        _writeStarted = Stopwatch.GetTimestamp();
        _write = NodeTraces.Begin(events.Any(e => e is Decided) ? "decide" : events[^1] is Created ? "submit" : "write", id)?
            .SetTag("akkacompute.events", events.Count);
    }

    public void OnWritten()
    {
        _write?.Dispose();
        _write = null;
        node.Metrics.OnWritten("job", _writeStarted);
    }

    private void OnDecided(Decided decided)
    {
        node.Metrics.OnDecided(decided);
        node.Metrics.Tap.OnDecided(decided);
        _gauge.Decided += decided.Decisions.Sum(decision => decision.Outcomes.Count);
        _delivery ??= NodeTraces.Begin("deliver", id);
    }

    private void OnDelivered()
    {
        _delivery?.Dispose();
        _delivery = null;
    }

    /// <summary>The actor stops: what is under way does not come to its end here.</summary>
    public void End()
    {
        node.Metrics.Untrack(_gauge);
        _write?.SetStatus(ActivityStatusCode.Error).Dispose();
        _delivery?.SetStatus(ActivityStatusCode.Error).Dispose();
    }
}
