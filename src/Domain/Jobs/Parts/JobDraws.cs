using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Jobs.Parts;

/// <summary>A draw that was asked for.</summary>
/// <param name="Epoch">The epoch that drew; null where the job did not hear of it.</param>
public sealed record RequestedDraw(DrawRequest Request, Epoch? Epoch);

/// <summary>
/// The draws of a job's open bundles, and who was passed over in them: so that a job that comes back goes on with the same draws,
/// and no bundle is drawn twice at one attempt.
/// </summary>
public sealed class JobDraws : IJobPart
{
    private readonly JobTable _table;
    private readonly Dictionary<long, Draw> _ofBundle = [];
    private readonly Dictionary<DrawRequest, Draw> _draws = [];
    private readonly Dictionary<long, List<NodeId>> _passed = [];
    private readonly Dictionary<long, int> _attempts = []; // of bundles that were drawn before
    private readonly Dictionary<long, int> _gone = [];

    internal JobDraws(JobTable table) => _table = table;

    public void Register(JobEvents events) => events
        .On<Requested>(requested => Request(requested.Requests))
        .On<Drawn>(drawn => Know(drawn.Epoch, drawn.Requests))
        .On<PassedOver>(passed => Pass(passed.Ranks))
        .On<Redrawn>(redrawn => Redraw(redrawn.Bundles))
        .On<Committed>(committed => Redraw([.. committed.Results.Select(result => result.Bundle)])) // its check is another draw
        .On<Closing>(closing => Redraw(closing.Bundles))
        .On<Decided>(decided => Forget(decided.Decisions));

    /// <summary>How often an open bundle was drawn before.</summary>
    public int Attempt(long bundle) => _attempts.GetValueOrDefault(bundle);

    /// <summary>The draw of an open bundle's attempt in force, if it was asked for.</summary>
    public RequestedDraw? Of(long bundle) =>
        _ofBundle.TryGetValue(bundle, out var draw) ? new RequestedDraw(draw.Request, draw.Epoch) : null;

    /// <summary>Who was passed over in it.</summary>
    public IReadOnlyList<NodeId> PassedOver(long bundle) => _passed.TryGetValue(bundle, out var workers) ? workers : [];

    /// <summary>How many workers of its attempt 0 are gone, as their gateways say.</summary>
    public int GoneOf(long bundle) => _gone.GetValueOrDefault(bundle);

    /// <summary>Open bundles whose draw was asked for, rising, and may have been made without the job hearing of it.</summary>
    public IReadOnlyList<long> Unknown() => [.. _ofBundle.Where(bundle => bundle.Value.Epoch is null).Select(bundle => bundle.Key).Order()];

    /// <summary>Open bundles that an epoch has drawn, as far as the job has heard.</summary>
    public IEnumerable<long> Known() => _ofBundle.Where(bundle => bundle.Value.Epoch is not null).Select(bundle => bundle.Key);

    private void Request(IReadOnlyList<DrawRequest> requests)
    {
        foreach (var request in requests)
        {
            var draw = new Draw(request);
            _draws[request] = draw;
            for (var bundle = request.FirstBundle; request.Covers(bundle); bundle++)
            {
                if (!_table.IsOpen(bundle))
                    continue;
                _ofBundle[bundle] = draw;
                draw.Open++;
            }
        }
    }

    private void Know(Epoch epoch, IReadOnlyList<DrawRequest> requests)
    {
        foreach (var request in requests)
        {
            if (_draws.TryGetValue(request, out var draw))
                draw.Epoch = epoch;
        }
    }

    private void Pass(IReadOnlyList<PassedRank> ranks)
    {
        foreach (var rank in ranks.Where(rank => _table.IsOpen(rank.Bundle) && Attempt(rank.Bundle) == rank.Attempt))
        {
            if (!_passed.TryGetValue(rank.Bundle, out var workers))
                _passed[rank.Bundle] = workers = [];
            workers.Add(rank.Worker);
            if (rank.Attempt == 0 && rank.IsGone())
                _gone[rank.Bundle] = GoneOf(rank.Bundle) + 1;
        }
    }

    /// <summary>The bundles take another attempt.</summary>
    private void Redraw(IReadOnlyList<long> bundles)
    {
        foreach (var bundle in bundles)
        {
            _attempts[bundle] = Attempt(bundle) + 1;
            Drop(bundle);
        }
    }

    private void Forget(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            _attempts.Remove(decision.Bundle);
            _gone.Remove(decision.Bundle);
            Drop(decision.Bundle);
        }
    }

    private void Drop(long bundle)
    {
        _passed.Remove(bundle);
        if (_ofBundle.Remove(bundle, out var draw) && --draw.Open == 0)
            _draws.Remove(draw.Request);
    }

    private sealed class Draw(DrawRequest request)
    {
        public DrawRequest Request => request;

        public Epoch? Epoch;
        public int Open;
    }
}
