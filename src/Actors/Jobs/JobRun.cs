using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Actors.Sight;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// A job while it has tasks to run: loads pages, has their bundles drawn, lends them, and gathers the decisions for the next
/// write. It lives in memory only; the actor makes a new one when it comes back.
/// </summary>
internal sealed class JobRun(JobState state, JobNode node, JobWriters writers, string persistenceId, IActorRef self, ILoggingAdapter log)
{
    /// <summary>About what a worker's result, the verdict on it and what they cite take in an event.</summary>
    private const long VerdictBytes = 2_000;

    private static readonly Meter Meter = new("AkkaCompute");
    private static readonly Counter<long> RefusedResults = Meter.CreateCounter<long>("akkacompute.refused_results");

    private static readonly TimeSpan FirstRedrawDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRedrawDelay = TimeSpan.FromMinutes(1);

    private readonly JobOptions _options = node.Options;
    private readonly Dispatch _dispatch = new(state.Spec!, node.Options.Dispatch, isBanned: node.Rosters.IsBanned);
    private readonly EventReader _journal = node.Events;
    private readonly FreshPages _fresh = new(node.Options.FreshPageBytes);
    private readonly JobRequests _requests = new(
        state, request => node.Replica.Tell(new RosterReplicaActor.Enter(request, writers.OpeningHead, writers.PagesHead), self),
        (request, epoch) => node.Replica.Tell(new RosterReplicaActor.Recall(request, epoch), self));
    private readonly Dictionary<DrawRequest, Waiting> _waits = [];
    private readonly List<long> _undrawn = []; // loaded, and waiting for a roster that has somebody
    private readonly Queue<Decision> _decisions = new();
    private IReadOnlyList<Decision> _batch = []; // what is being written
    private readonly TaskTime _taskTime = new();
    private DateTimeOffset _nextRedraw;
    private TimeSpan _redrawDelay = FirstRedrawDelay;
    private long _decisionBytes, _writingBytes;
    private int _nextPage;
    private bool _loading;

    /// <summary>Pages were read back.</summary>
    internal sealed record PagesLoaded(IReadOnlyList<PageAdded> Pages);

    private JobSpec Spec => state.Spec!;

    private DateTimeOffset Now => node.Time.GetUtcNow();

    /// <summary>The bundle size that the measured task time suggests; 1 as long as nothing was measured.</summary>
    public int MeasuredBundle => _taskTime.Bundle(_options.BundleTime, JobSpec.MaxBundle);

    /// <summary>Bundles that workers have now.</summary>
    public int Leases => _dispatch.InFlight;

    /// <summary>A page is durable.</summary>
    public void OnAdded(PageAdded page) => _fresh.Add(page);

    public void OnLoaded(PagesLoaded loaded)
    {
        _loading = false;
        foreach (var page in loaded.Pages)
            Load(page);
    }

    public void OnDrawn(RosterReplicaActor.Drawn drawn)
    {
        if (_waits.Remove(drawn.Request, out var waiting))
        {
            node.Metrics.OnDrawn(waiting.Since);
            waiting.Span?.Dispose();
        }
        _dispatch.Place(_requests.OnDrawn(drawn.Request, drawn.Roster.Epoch), drawn.Roster, state.Draws);
    }

    public void OnUndrawn(RosterReplicaActor.Undrawn undrawn)
    {
        if (_waits.Remove(undrawn.Request, out var waiting))
            waiting.Span?.Dispose();
        _requests.OnUndrawn(undrawn.Request);
    }

    public void Receive(BundleResult result)
    {
        if (result.Part + 1 == result.Parts)
        {
            node.Metrics.OnLeases("answered");
            node.Metrics.Tap.OnAnswered(Spec.Id, result.Bundle, result.Attempt, result.Worker, declined: false);
        }
        var refused = _dispatch.Refused;
        var decision = _dispatch.Receive(result);
        if (_dispatch.Refused > refused)
            OnRefused(result);
        if (decision is null)
            return;
        _taskTime.Add(result.Results);
        _redrawDelay = FirstRedrawDelay;
        Add(decision);
    }

    public void Decline(Decline decline)
    {
        node.Metrics.OnLeases("declined");
        node.Metrics.Tap.OnAnswered(Spec.Id, decline.Bundle, decline.Attempt, decline.Worker, declined: true);
        _dispatch.Decline(decline);
    }

    public void Prepare(Preparing preparing) => _dispatch.Prepare(preparing, Now);

    public void NodeLeft(string address) => node.Metrics.OnLeases("lost", _dispatch.NodeLeft(address));

    public void Expire() => node.Metrics.OnLeases("expired", _dispatch.Expire(Now));

    /// <summary>Ranks that are passed over as soon as this is durable.</summary>
    public PassedOver? NextPassedOver()
    {
        var passing = _dispatch.TakePassing();
        return passing.Count == 0
            ? null
            : new PassedOver(Spec.Id, [.. passing.Select(passed => passed.Rank.IsByDelegate ? writers.Signer.Expire(passed.Rank, passed.Epoch) : passed.Rank)]);
    }

    public void OnPassedOver(PassedOver passed) => _dispatch.OnPassedOver(passed);

    /// <summary>Draws to ask for as soon as this is durable.</summary>
    public Requested? NextRequested() => _requests.NextRequested();

    public void OnRequested(Requested requested)
    {
        foreach (var request in requested.Requests)
            _waits.TryAdd(request, new Waiting(Stopwatch.GetTimestamp(), NodeTraces.Begin("draw.wait", Spec.Id)));
        _requests.OnRequested(requested);
    }

    /// <summary>What is known of draws since the last write.</summary>
    public Drawn? NextDrawn() => _requests.NextDrawn();

    /// <summary>Everything that was decided since the last write, signed, up to the size of an event.</summary>
    public Decided? NextBatch()
    {
        if (_decisions.Count == 0)
            return null;
        var batch = new List<Decision>();
        while (_decisions.TryPeek(out var decision) && (batch.Count == 0 || _writingBytes + SizeOf(decision) <= _options.DecidedBytes))
        {
            batch.Add(writers.Signer.Sign(_decisions.Dequeue()));
            _writingBytes += SizeOf(decision);
        }
        _batch = batch;
        return new Decided(state.Spec!.Id, batch);
    }

    public void OnWritten()
    {
        _batch = [];
        _decisionBytes -= _writingBytes;
        _writingBytes = 0;
    }

    /// <summary>
    /// Bundles whose group is used up, if somebody is there to draw from; after a second, and later and later as long as no
    /// result comes, for each is a write.
    /// </summary>
    public Redrawn? NextRedraw()
    {
        var lost = _requests.TakeLost();
        if (_dispatch.UsedUp.Count == 0 || Now < _nextRedraw || Places(node.Rosters.Current) == 0)
            return lost.Count > 0 ? new Redrawn(Spec.Id, lost) : null;
        _nextRedraw = Now + _redrawDelay;
        _redrawDelay = _redrawDelay * 2 < LongestRedrawDelay ? _redrawDelay * 2 : LongestRedrawDelay;
        return new Redrawn(Spec.Id, [.. lost, .. _dispatch.UsedUp]);
    }

    public void OnRedrawn(Redrawn redrawn)
    {
        _dispatch.Redraw(redrawn.Bundles, state);
        Draw(redrawn.Bundles);
    }

    /// <summary>Loads, draws and lends as much as may be.</summary>
    public void Advance()
    {
        LoadPages();
        _requests.Recall(node.Rosters.Checkpoint.Epoch);
        if (_undrawn.Count > 0)
            DrawNow();
        if (_decisionBytes > _options.PendingDecisionBytes)
            return;
        var capacity = _options.LeasesPerSlot * Math.Max(1, node.Rosters.Current.TotalSlots);
        var leases = _dispatch.Lend(Now, capacity, node.Neighbours.IsGone);
        foreach (var (address, assign) in leases)
            node.Neighbours.Sessions(address).Tell(assign, self);
        node.Metrics.OnLeases("lent", leases.Count);
        node.Metrics.Tap.OnLent(leases);
        foreach (var decision in _dispatch.GiveUp())
            Add(decision);
    }

    /// <summary>What the boss does not get back if the job ends now.</summary>
    public Credits Forfeit() => Domain.Jobs.State.Forfeit.Of(
        state, _dispatch.Drawn().Concat(_decisions.Select(decision => (decision.Bundle, decision.Verdicts.Count))), _batch);

    /// <summary>Signed results that no verdict was written on.</summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> InHand() =>
        _dispatch.InHand().Concat(_decisions.SelectMany(decision => decision.Verdicts).Select(verdict => (verdict.Worker, verdict.Result)));

    /// <summary>Nothing is wanted any more: the sessions drop what they have of this job.</summary>
    public void Release()
    {
        foreach (var (address, worker) in _dispatch.Holders())
            node.Neighbours.Sessions(address).Tell(new Release(Spec.Id, worker), self);
        _dispatch.Clear();
    }

    private void Add(Decision decision)
    {
        _decisions.Enqueue(decision);
        _decisionBytes += SizeOf(decision);
    }

    private void LoadPages()
    {
        while (!_loading && _dispatch.Open < _options.OpenBundles && _nextPage < Math.Min(state.Pages.Count, writers.Pages))
        {
            var page = state.Pages[_nextPage];
            if (!HasOpen(page))
                _nextPage++;
            else if (_fresh.Take(page.Number) is { } fresh)
                Load(fresh);
            else
                ReadBack(page);
        }
    }

    private void Load(PageAdded added)
    {
        var page = state.Pages[added.Page];
        _nextPage = page.Number + 1;
        Draw(_dispatch.Load(state, page, added.Inputs, added.HasBlobs));
    }

    private void ReadBack(PageInfo first)
    {
        _loading = true;
        _journal.ReadAsync(persistenceId, first.Sequence, first.Sequence)
            .PipeTo(self, success: events => new PagesLoaded([.. events.Select(e => e.Event).OfType<PageAdded>()]));
    }

    private void Draw(IReadOnlyList<long> bundles)
    {
        if (Spec.Draw == DrawMode.Now)
            _undrawn.AddRange(bundles);
        else
            _requests.Add(bundles);
    }

    private void DrawNow()
    {
        var roster = node.Rosters.Current;
        if (Places(roster) == 0)
            return;
        _dispatch.Place(_undrawn, roster);
        _undrawn.Clear();
    }

    private int Places(EpochRoster roster) => CloseGroup.Size(roster, Spec.Eligible);

    private void OnRefused(BundleResult result)
    {
        RefusedResults.Add(1);
        if (_dispatch.Refused == 1) // once a job says it; the counter knows how often
            log.Warning("A result of {0} for bundle {1} of job {2} was refused: {3}", result.Worker, result.Bundle, Spec.Id, _dispatch.LastRefusal);
    }

    private bool HasOpen(PageInfo page)
    {
        for (var bundle = page.FirstBundle; bundle < page.EndBundle; bundle++)
        {
            if (state.IsOpen(bundle))
                return true;
        }
        return false;
    }

    /// <summary>Bundles that are committed and not drawn yet.</summary>
    private sealed record Waiting(long Since, Activity? Span);

    private static long SizeOf(Decision decision) =>
        decision.Outcomes.Sum(outcome => 32L + (BlobRef.Bytes * outcome.Blobs.Count()) + outcome.Output.Length + outcome.Listing.Length + outcome.Stderr.Length) + (VerdictBytes * decision.Verdicts.Count);
}
