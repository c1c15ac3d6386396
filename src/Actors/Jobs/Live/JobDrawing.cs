using System.Diagnostics;
using Akka.Actor;
using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Has a job's bundles drawn, by the next beacon or by the one in force, and drawn anew where a group is used up.</summary>
internal sealed class JobDrawing(JobState state, JobNode node, JobWriters writers, Dispatch dispatch, IActorRef self) : ILivePart
{
    private static readonly TimeSpan FirstRedrawDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRedrawDelay = TimeSpan.FromMinutes(1);

    private readonly JobRequests _requests = new(
        state, request => node.Replica.Tell(new RosterReplicaActor.Enter(request, writers.OpeningHead, writers.PagesHead), self),
        (request, epoch) => node.Replica.Tell(new RosterReplicaActor.Recall(request, epoch), self));
    private readonly Dictionary<DrawRequest, Waiting> _waits = [];
    private readonly List<long> _undrawn = []; // loaded, and waiting for a roster that has somebody
    private DateTimeOffset _nextRedraw;
    private TimeSpan _redrawDelay = FirstRedrawDelay;

    private JobSpec Spec => state.Spec!;

    private DateTimeOffset Now => node.Time.GetUtcNow();

    public void Register(JobEvents events) => events
        .On<Redrawn>(redrawn => Draw(dispatch.Redraw(redrawn.Bundles, state)))
        .On<Requested>(requested =>
        {
            foreach (var request in requested.Requests)
                _waits.TryAdd(request, new Waiting(Stopwatch.GetTimestamp(), NodeTraces.Begin("draw.wait", Spec.Id)));
            _requests.OnRequested(requested);
        });

    public void Collect(ICollection<IEvent> events)
    {
        if (_requests.NextDrawn() is { } drawn)
            events.Add(drawn);
        if (NextRedraw() is { } redrawn)
            events.Add(redrawn);
        if (_requests.NextRequested() is { } requested)
            events.Add(requested);
    }

    public void Advance()
    {
        _requests.Recall(node.Rosters.Checkpoint.Epoch);
        var roster = node.Rosters.Current;
        if (_undrawn.Count == 0 || Places(roster) == 0)
            return;
        dispatch.Place(_undrawn, roster);
        _undrawn.Clear();
    }

    /// <summary>These bundles were loaded, or take another attempt.</summary>
    public void Draw(IReadOnlyList<long> bundles)
    {
        if (Spec.Draw == DrawMode.Now)
            _undrawn.AddRange(bundles);
        else
            _requests.Add(bundles);
    }

    /// <summary>A result has come: who is used up is drawn anew soon again.</summary>
    public void OnResult() => _redrawDelay = FirstRedrawDelay;

    /// <returns>The bundles that have their groups by it.</returns>
    public IReadOnlyList<long> OnDrawn(RosterReplicaActor.Drawn drawn)
    {
        if (_waits.Remove(drawn.Request, out var waiting))
        {
            node.Metrics.OnDrawn(waiting.Since);
            waiting.Span?.Dispose();
        }
        var bundles = _requests.OnDrawn(drawn.Request, drawn.Roster.Epoch);
        dispatch.Place(bundles, drawn.Roster, state.Draws);
        return bundles;
    }

    public void OnUndrawn(RosterReplicaActor.Undrawn undrawn)
    {
        if (_waits.Remove(undrawn.Request, out var waiting))
            waiting.Span?.Dispose();
        _requests.OnUndrawn(undrawn.Request);
    }

    /// <summary>
    /// Bundles whose group is used up, if somebody is there to draw from; after a second, and later and later as long as no
    /// result comes, for each is a write.
    /// </summary>
    private Redrawn? NextRedraw()
    {
        var lost = _requests.TakeLost();
        if (dispatch.UsedUp.Count == 0 || Now < _nextRedraw || Places(node.Rosters.Current) == 0)
            return lost.Count > 0 ? new Redrawn(Spec.Id, lost) : null;
        _nextRedraw = Now + _redrawDelay;
        _redrawDelay = _redrawDelay * 2 < LongestRedrawDelay ? _redrawDelay * 2 : LongestRedrawDelay;
        return new Redrawn(Spec.Id, [.. lost, .. dispatch.UsedUp]);
    }

    private int Places(EpochRoster roster) => CloseGroup.Size(roster, Spec.Eligible);

    /// <summary>Bundles that are committed and not drawn yet.</summary>
    private sealed record Waiting(long Since, Activity? Span);
}
