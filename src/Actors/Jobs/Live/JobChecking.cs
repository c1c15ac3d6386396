using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// Has the results of bundles' one workers checked: brings them on record, has their checks drawn, and decides what is final. Without such
/// bundles it does nothing.
/// </summary>
internal sealed class JobChecking(
    JobState state, JobNode node, Dispatch dispatch, JobDrawing drawing, JobDeciding deciding, IActorRef self, ILoggingAdapter log)
    : ILivePart
{
    private readonly CheckFlow _flow = new(state, dispatch, drawing.Draw);
    private readonly Coverage _coverage = new();
    private bool _saidLost;

    public void Register(JobEvents events) => events
        .On<Committed>(committed =>
        {
            _flow.OnDurable(committed);
            foreach (var result in committed.Results)
                _coverage.Add(result);
        })
        .On<Closing>(_flow.OnDurable);

    public void Collect(ICollection<IEvent> events)
    {
        foreach (var next in _flow.Next())
            events.Add(next);
    }

    public void Advance()
    {
        foreach (var decision in _flow.Advance())
            deciding.Add(decision);
        foreach (var append in _coverage.Next(node.Time.GetUtcNow()))
            node.Chain.Tell(append, self);
        _flow.OnLost(_coverage.TakeLost());
    }

    /// <summary>Bundles were loaded.</summary>
    /// <returns>Those that are drawn now.</returns>
    public IReadOnlyList<long> OnLoaded(IReadOnlyList<long> bundles)
    {
        var now = _flow.OnLoaded(bundles);
        foreach (var result in _flow.Uncovered)
            _coverage.Add(result);
        return now;
    }

    /// <summary>Bundles were drawn, and placed.</summary>
    public void OnDrawn(IReadOnlyList<long> bundles, EpochRoster roster) => _flow.OnDrawn(bundles, roster);

    /// <summary>The keeper of a worker's chains has results of this job.</summary>
    public void OnAppended(ChainProtocol.Appended appended)
    {
        foreach (var head in _coverage.OnAppended(appended))
            node.Replica.Tell(new RosterReplicaActor.Cover(head), self);
    }

    /// <summary>The keeper of a worker's chains does not take a result.</summary>
    public void OnRefused(ChainProtocol.AppendRefused refused)
    {
        _coverage.OnRefused(refused);
        if (_coverage.TakeLost() is not { Count: > 0 } lost)
            return;
        if (!_saidLost) // once a job says it
        {
            log.Warning(
                "Results of {0} that job {1} is to check are in no chain, and are done again: {2}: {3}",
                refused.NodeId, state.Spec!.Id, refused.Reason, refused.Message);
        }
        _saidLost = true;
        _flow.OnLost(lost);
    }

    /// <summary>A record covers a worker's chain up to here.</summary>
    public void OnCovered(ChainHead head) => _flow.OnCovered(_coverage.OnCovered(head));
}
