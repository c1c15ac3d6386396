using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>A job's volatile half, as the actor has it: the dispatch, its draws, and the decisions for the next write.</summary>
internal sealed class SimulatedRun(JobState state, SimulatedWriters writers, World world)
{
    private static readonly DispatchOptions _options = new()
    {
        LeaseSlack = TimeSpan.FromSeconds(20),
        EmptyDraws = int.MaxValue, // epochs are short here: who is away comes back
    };

    private readonly Dispatch _dispatch = new(state.Spec!, _options);
    private readonly LeaseLedger _ledger = new(state.Spec!);
    private readonly List<Decision> _decisions = [];
    private IReadOnlyList<Decision> _batch = [];
    private readonly JobRequests _requests = new(state, world.Epochs.Enter, world.Epochs.Recall);
    private CheckFlow? _checks;
    private int _nextPage;

    private CheckFlow Checks => _checks ??= new CheckFlow(state, _dispatch, _requests.Add);

    public void Receive(BundleResult result)
    {
        var before = _dispatch.InFlight;
        var decision = _dispatch.Receive(result);
        if (_dispatch.InFlight < before)
            _ledger.Given(result);
        if (decision is not null)
        {
            Assert.Equal(result.Bundle, decision.Bundle);
            Add(decision);
        }
        CompareBooks();
    }

    private void Add(Decision decision)
    {
        _ledger.Decided(decision.Bundle);
        _decisions.Add(decision);
    }

    public void Decline(JobProtocol.Decline decline)
    {
        _dispatch.Decline(decline);
        _ledger.Declined(decline);
        CompareBooks();
    }

    public void Expire()
    {
        Assert.Equal(_ledger.Expired(world.Now), _dispatch.Expire(world.Now));
        CompareBooks();
    }

    public void NodeLeft(string node)
    {
        Assert.Equal(_ledger.NodeLeft(node), _dispatch.NodeLeft(node));
        CompareBooks();
    }

    public void Cancel()
    {
        _dispatch.Clear();
        _ledger.Cleared();
        CompareBooks();
    }

    public void OnDrawn(DrawRequest request, EpochRoster roster)
    {
        var bundles = _requests.OnDrawn(request, roster.Epoch);
        _dispatch.Place(bundles, roster, state.Draws);
        Checks.OnDrawn(bundles, roster);
    }

    /// <summary>A record covers what a worker has signed of this bundle.</summary>
    public void OnCovered(long bundle) => Checks.OnCovered([bundle]);

    public IEnumerable<IEvent> NextChecks() => Checks.Next();

    public void OnChecks(IEvent written) => Checks.OnDurable(written);

    public void OnUndrawn(DrawRequest request) => _requests.OnUndrawn(request);

    public Requested? NextRequested() => _requests.NextRequested();

    public void OnRequested(Requested requested) => _requests.OnRequested(requested);

    public Drawn? NextDrawn() => _requests.NextDrawn();

    public PassedOver? NextPassedOver()
    {
        var passing = _dispatch.TakePassing();
        return passing.Count == 0 ? null : new PassedOver(state.Spec!.Id,
            [.. passing.Select(passed => passed.Signed(state.Spec.Id, writers.Signer.Expire))]);
    }

    public void OnPassedOver(PassedOver passed) => _dispatch.OnPassedOver(passed);

    public void Advance(int capacity)
    {
        for (; _nextPage < Math.Min(state.Pages.Count, writers.Pages); _nextPage++)
        {
            var page = state.Pages[_nextPage];
            _requests.Add(Checks.OnLoaded(_dispatch.Load(state, page, world.InputsOf(page))));
        }
        foreach (var result in Checks.Uncovered)
            world.Epochs.Cover(result.Bundle);
        _requests.Recall(world.Epochs.Now);
        foreach (var decision in Checks.Advance())
            Add(decision);
        var before = _dispatch.InFlight;
        foreach (var (node, assign) in _dispatch.Lend(world.Now, capacity))
        {
            _ledger.Lent(node, assign, world.Now);
            world.Assign(node, assign);
        }
        foreach (var decision in _dispatch.GiveUp())
            Add(decision);
        CompareBooks();
        Assert.InRange(_dispatch.InFlight, 0, Math.Max(before, capacity));
    }

    public Redrawn? NextRedraw(bool somebody)
    {
        long[] bundles = [.. _requests.TakeLost(), .. somebody ? _dispatch.UsedUp : []];
        return bundles.Length > 0 ? new Redrawn(state.Spec!.Id, bundles) : null;
    }

    public void OnRedrawn(Redrawn redrawn) => _requests.Add(_dispatch.Redraw(redrawn.Bundles, state));

    public Decided? NextBatch(int most)
    {
        if (_decisions.Count == 0)
            return null;
        var batch = _decisions.Take(most).Select(writers.Signer.Sign).ToArray();
        _decisions.RemoveRange(0, batch.Length);
        _batch = batch;
        return new Decided(state.Spec!.Id, batch);
    }

    public void OnBatchWritten() => _batch = [];

    public Credits Forfeit() => Domain.Jobs.State.Forfeit.Of(
        state, _dispatch.Drawn().Concat(_decisions.Select(decision => (decision.Bundle, decision.Verdicts.Count))), _batch);

    private void CompareBooks()
    {
        Assert.Equal(_ledger.Count, _dispatch.InFlight);
        Assert.True(_dispatch.Holders().Count <= _dispatch.InFlight);
    }
}
