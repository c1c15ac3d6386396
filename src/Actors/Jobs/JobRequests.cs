using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// Has a job's bundles drawn: each attempt once. A request is on record before it is made, so that a job that comes back knows what
/// may have been drawn: what it heard of it recalls, the rest takes a new attempt.
/// </summary>
internal sealed class JobRequests(JobState state, NodeContext node, IActorRef self)
{
    private readonly List<DrawRequest> _next = [];
    private readonly HashSet<DrawRequest> _made = [];
    private readonly Dictionary<DrawRequest, Epoch> _recalled = [];
    private readonly HashSet<long> _lost = [];
    private readonly List<(DrawRequest Request, Epoch Epoch)> _known = [];

    /// <summary>These bundles were loaded, or take another attempt.</summary>
    public void Add(IReadOnlyList<long> bundles)
    {
        var fresh = new List<long>();
        foreach (var bundle in bundles)
        {
            if (state.Draws.Of(bundle) is not { } draw)
                fresh.Add(bundle);
            else if (draw.Epoch is { } epoch)
                _recalled.TryAdd(draw.Request, epoch);
            else
                _lost.Add(bundle);
        }
        foreach (var same in fresh.GroupBy(state.Attempt))
        {
            long[] drawn = [.. same.Order()];
            for (int first = 0, next = 1; next <= drawn.Length; next++)
            {
                if (next < drawn.Length && drawn[next] == drawn[next - 1] + 1)
                    continue;
                _next.Add(new DrawRequest(state.Spec!.Id, drawn[first], next - first, same.Key));
                first = next;
            }
        }
    }

    /// <summary>The requests to put on record.</summary>
    public Requested? NextRequested()
    {
        if (_next.Count == 0)
            return null;
        var requested = new Requested(state.Spec!.Id, [.. _next]);
        _next.Clear();
        return requested;
    }

    /// <summary>They are on record: no beacon that draws them is known yet.</summary>
    public void OnRequested(Requested requested)
    {
        foreach (var request in requested.Requests)
        {
            if (_made.Add(request))
                node.Replica.Tell(new RosterReplicaActor.Enter(request), self);
        }
    }

    /// <summary>Asks for the rosters of draws made before, once this node's replica is as far.</summary>
    public void Recall()
    {
        if (_recalled.Count == 0)
            return;
        var now = node.Rosters.Checkpoint.Epoch;
        foreach (var (request, epoch) in _recalled.Where(recalled => recalled.Value <= now).ToArray())
        {
            _recalled.Remove(request);
            if (_made.Add(request))
                node.Replica.Tell(new RosterReplicaActor.Recall(request, epoch), self);
        }
    }

    /// <summary>The bundles that a roster is there for.</summary>
    public IReadOnlyList<long> OnDrawn(JobRun.Drawn drawn)
    {
        if (!_made.Remove(drawn.Request))
            return [];
        var bundles = BundlesOf(drawn.Request);
        if (bundles.Any(bundle => state.Draws.Of(bundle) is { Epoch: null }))
            _known.Add((drawn.Request, drawn.Roster.Epoch));
        return bundles;
    }

    /// <summary>Nobody here knows the epoch that drew these, or whether one did.</summary>
    public void OnUndrawn(DrawRequest request)
    {
        if (_made.Remove(request))
            _lost.UnionWith(BundlesOf(request));
    }

    /// <summary>What was heard of draws, an epoch at a time.</summary>
    public Drawn? NextDrawn()
    {
        if (_known.Count == 0)
            return null;
        var epoch = _known[0].Epoch;
        var drawn = new Drawn(state.Spec!.Id, epoch, [.. _known.Where(known => known.Epoch == epoch).Select(known => known.Request)]);
        _known.RemoveAll(known => known.Epoch == epoch);
        return drawn;
    }

    /// <summary>Bundles whose draw is lost: they take another attempt.</summary>
    public IReadOnlyList<long> TakeLost()
    {
        long[] lost = [.. _lost.Where(state.IsOpen).Order()];
        _lost.Clear();
        return lost;
    }

    /// <summary>Those of the request that are open at its attempt.</summary>
    private long[] BundlesOf(DrawRequest request) =>
    [
        .. Enumerable.Range(0, request.Count).Select(i => request.FirstBundle + i)
            .Where(bundle => state.IsOpen(bundle) && state.Attempt(bundle) == request.Attempt),
    ];
}
