using Akka.Actor;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Actors.Jobs;

/// <summary>
/// A job while it has tasks to run: loads pages, has their bundles drawn, lends them, and gathers the decisions for the next
/// write. It lives in memory only; the actor makes a new one when it comes back.
/// </summary>
internal sealed class JobRun(JobState state, NodeContext node, string persistenceId, IActorRef self)
{
    private static readonly TimeSpan FirstRedrawDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRedrawDelay = TimeSpan.FromMinutes(1);

    private readonly JobOptions _options = node.Options.Job;
    private readonly Dispatch _dispatch = new(state.Spec!, node.Options.Job.Dispatch);
    private readonly EventReader _journal = new(node.System);
    private readonly FreshPages _fresh = new(node.Options.Job.FreshPageBytes);
    private readonly HashSet<DrawRequest> _draws = [];
    private readonly List<long> _undrawn = []; // loaded, and waiting for a roster that has somebody
    private readonly Queue<Decision> _decisions = new();
    private readonly TaskTime _taskTime = new();
    private DateTimeOffset _nextRedraw;
    private TimeSpan _redrawDelay = FirstRedrawDelay;
    private long _decisionBytes, _writingBytes;
    private int _nextPage;
    private bool _loading;

    /// <summary>The draw of these bundles: the epoch that included them, and its roster.</summary>
    internal sealed record Drawn(DrawRequest Request, EpochRoster Roster);

    /// <summary>Nobody here knows the epoch that drew these bundles: they are requested again.</summary>
    internal sealed record Undrawn(DrawRequest Request);

    /// <summary>Pages were read back.</summary>
    internal sealed record PagesLoaded(IReadOnlyList<PageAdded> Pages);

    private JobSpec Spec => state.Spec!;

    private DateTimeOffset Now => node.Time.GetUtcNow();

    /// <summary>The bundle size that the measured task time suggests; 1 as long as nothing was measured.</summary>
    public int MeasuredBundle => _taskTime.Bundle(_options.BundleTime, JobSpec.MaxBundle);

    /// <summary>A page is durable.</summary>
    public void OnAdded(PageAdded page) => _fresh.Add(page);

    public void OnLoaded(PagesLoaded loaded)
    {
        _loading = false;
        foreach (var page in loaded.Pages)
            Load(page);
    }

    public void OnDrawn(Drawn drawn)
    {
        if (_draws.Remove(drawn.Request))
            _dispatch.Place(BundlesOf(drawn.Request), drawn.Roster);
    }

    public void OnUndrawn(Undrawn undrawn)
    {
        if (_draws.Remove(undrawn.Request))
            Enter(BundlesOf(undrawn.Request));
    }

    public void Receive(BundleResult result)
    {
        if (_dispatch.Receive(result) is not { } decision)
            return;
        _taskTime.Add(result.Results);
        _redrawDelay = FirstRedrawDelay;
        _decisions.Enqueue(decision);
        _decisionBytes += SizeOf(decision);
    }

    public void Decline(Decline decline) => _dispatch.Decline(decline);

    public void NodeLeft(string address) => _dispatch.NodeLeft(address);

    public void Expire() => _dispatch.Expire(Now);

    /// <summary>Everything that was decided since the last write, up to the size of an event.</summary>
    public Decided? NextBatch()
    {
        if (_decisions.Count == 0)
            return null;
        var batch = new List<Decision>();
        while (_decisions.TryPeek(out var decision) && (batch.Count == 0 || _writingBytes + SizeOf(decision) <= _options.DecidedBytes))
        {
            batch.Add(_decisions.Dequeue());
            _writingBytes += SizeOf(decision);
        }
        return new Decided(state.Spec!.Id, batch);
    }

    public void OnWritten()
    {
        _decisionBytes -= _writingBytes;
        _writingBytes = 0;
    }

    /// <summary>
    /// Bundles whose group is used up, if somebody is there to draw from; after a second, and later and later as long as no
    /// result comes, for each is a write.
    /// </summary>
    public Redrawn? NextRedraw()
    {
        if (_dispatch.UsedUp.Count == 0 || Now < _nextRedraw || Eligible(node.Rosters.Current) == 0)
            return null;
        _nextRedraw = Now + _redrawDelay;
        _redrawDelay = _redrawDelay * 2 < LongestRedrawDelay ? _redrawDelay * 2 : LongestRedrawDelay;
        return new Redrawn(Spec.Id, [.. _dispatch.UsedUp]);
    }

    public void OnRedrawn(Redrawn redrawn)
    {
        _dispatch.Redraw(redrawn.Bundles, state);
        Enter(redrawn.Bundles);
    }

    /// <summary>Loads, draws and lends as much as may be.</summary>
    public void Advance()
    {
        LoadPages();
        if (_undrawn.Count > 0)
            DrawNow();
        if (_decisionBytes > _options.PendingDecisionBytes)
            return;
        var capacity = _options.LeasesPerSlot * Math.Max(1, node.Rosters.Current.TotalSlots);
        foreach (var (address, assign) in _dispatch.Lend(Now, capacity, node.IsGone))
            node.Sessions(address).Tell(assign, self);
    }

    /// <summary>Nothing is wanted any more: the sessions drop what they have of this job.</summary>
    public void Release()
    {
        foreach (var (address, worker) in _dispatch.Holders())
            node.Sessions(address).Tell(new Release(Spec.Id, worker), self);
        _dispatch.Clear();
    }

    private void LoadPages()
    {
        while (!_loading && _dispatch.Open < _options.OpenBundles && _nextPage < state.Pages.Count)
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
        var bundles = _dispatch.Load(state, page, added.Inputs);
        if (Spec.Draw == DrawMode.Now)
            _undrawn.AddRange(bundles);
        else
            Enter(bundles);
    }

    private void ReadBack(PageInfo first)
    {
        _loading = true;
        _journal.ReadAsync(persistenceId, first.Sequence, first.Sequence)
            .PipeTo(self, success: events => new PagesLoaded([.. events.Select(e => e.Event).OfType<PageAdded>()]));
    }

    /// <summary>Has bundles drawn by the next epoch: no beacon that draws them is known yet.</summary>
    private void Enter(IReadOnlyList<long> bundles)
    {
        foreach (var same in bundles.GroupBy(state.Attempt))
        {
            long[] drawn = [.. same.Order()];
            for (int first = 0, next = 1; next <= drawn.Length; next++)
            {
                if (next < drawn.Length && drawn[next] == drawn[next - 1] + 1)
                    continue;
                var request = new DrawRequest(Spec.Id, drawn[first], next - first, same.Key);
                first = next;
                if (_draws.Add(request))
                    node.Replica.Tell(new Roster.RosterReplicaActor.Enter(request), self);
            }
        }
    }

    private static long[] BundlesOf(DrawRequest request) => [.. Enumerable.Range(0, request.Count).Select(i => request.FirstBundle + i)];

    private void DrawNow()
    {
        var roster = node.Rosters.Current;
        if (Eligible(roster) == 0)
            return;
        _dispatch.Place(_undrawn, roster);
        _undrawn.Clear();
    }

    private int Eligible(EpochRoster roster) => roster.CountEligible(Spec.Payload.Capability, Spec.Boss);

    private bool HasOpen(PageInfo page)
    {
        for (var bundle = page.FirstBundle; bundle < page.EndBundle; bundle++)
        {
            if (state.IsOpen(bundle))
                return true;
        }
        return false;
    }

    private static long SizeOf(Decision decision) =>
        decision.Outcomes.Sum(outcome => 32L + outcome.Output.Length + outcome.Stderr.Length) + (48L * decision.Verdicts.Count);
}
