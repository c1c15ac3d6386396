using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.State;

/// <summary>
/// Has a job's bundles drawn: each attempt once. A request is on record before it is made, so that a job that comes back knows what
/// may have been drawn: what it heard of it recalls, the rest takes a new attempt.
/// </summary>
/// <param name="enter">
/// Has it drawn by the next epoch. Answered by <see cref="OnDrawn"/> or <see cref="OnUndrawn"/>, as the next one.
/// </param>
/// <param name="recall">Asks for the roster of a draw of this epoch.</param>
public sealed class JobRequests(JobState state, Action<DrawRequest> enter, Action<DrawRequest, Epoch> recall)
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
                enter(request);
        }
    }

    /// <summary>Asks for the rosters of draws made before, once this node knows their epochs.</summary>
    public void Recall(Epoch now)
    {
        if (_recalled.Count == 0)
            return;
        foreach (var (request, epoch) in _recalled.Where(recalled => recalled.Value <= now).ToArray())
        {
            _recalled.Remove(request);
            if (_made.Add(request))
                recall(request, epoch);
        }
    }

    /// <summary>The bundles that a roster is there for.</summary>
    public IReadOnlyList<long> OnDrawn(DrawRequest request, Epoch epoch)
    {
        if (!_made.Remove(request))
            return [];
        var bundles = BundlesOf(request);
        if (bundles.Any(bundle => state.Draws.Of(bundle) is { Epoch: null }))
            _known.Add((request, epoch));
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
