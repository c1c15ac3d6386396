using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Tests.Audit;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>Workers that accept a lease and answer nothing: who says so, and what it does to the bundle.</summary>
public sealed class GoneTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    private readonly JobState _state = new(JobLimits.Default);
    private readonly EpochRoster _roster = Some.Roster(Some.Members(20));
    private readonly JobSpec _spec = SomeJob.Spec(new Policy.Quorum(2, 4));
    private readonly Author _boss = new(9);
    private readonly KeyPair _delegate = Sample.Key(10);
    private readonly long _delegateSub;
    private Dispatch _dispatch;

    public GoneTests()
    {
        _boss.Declare("");
        var opening = _boss.Sign(new Open(_spec.Id), default);
        var grant = _boss.Sign(new Domain.Entries.Delegate(_delegate.Public, _spec.Id, _spec.Policy.Text, 0, new Epoch(99)), default);
        _delegateSub = grant.Place.Seq;
        _state.Apply(new Created(_spec, SomeJob.Seed));
        _state.Apply(new Delegated(_spec.Id, opening.Bytes, grant.Bytes, _boss.Key.Public));
        _state.Apply(new PageAdded(_spec.Id, 0, SomeJob.Inputs(1), 1, true, default));
        _dispatch = Placed();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)] // another cluster node, which does not have the worker
    [InlineData(null, false)] // nobody
    public void That_a_worker_is_gone_is_the_word_of_the_node_that_has_it(int? signer, bool counts)
    {
        var lease = Lend();
        var gone = signer is { } number ? GoneBy(lease, number) : null;
        _dispatch.Decline(Declined(lease) with { Gone = gone });
        var passing = Assert.Single(_dispatch.TakePassing());
        Assert.Equal(counts ? gone : null, passing.Gone);
        Assert.True(passing.Rank.IsByDelegate);
        Assert.Equal(new Expired(_spec.Id, 0, 0, lease.Epoch, lease.Worker) { Gone = passing.Gone }, passing.Says(_spec.Id));
        Assert.Equal(new Expired(_spec.Id, 0, 0, lease.Epoch, lease.Worker), passing.Says(_spec.Id, speaks: 0));
    }

    [Fact]
    public void The_word_for_another_lease_is_none()
    {
        var lease = Lend();
        _dispatch.Decline(Declined(lease) with { Gone = GoneBy(lease with { Bundle = 1 }, 1) });
        Assert.Null(Assert.Single(_dispatch.TakePassing()).Gone);
    }

    [Theory]
    [InlineData(true, "expired", true)]
    [InlineData(false, "expired", false)]
    [InlineData(true, "declined", false)] // it says so itself
    [InlineData(true, "node", false)] // it can't help that
    public void An_accepted_lease_that_runs_out_is_said_to_be_so(bool accepted, string end, bool said)
    {
        var lease = Lend();
        if (accepted)
            _dispatch.Taken(new Taken(lease.JobId, lease.Bundle, lease.Attempt, lease.Worker));
        if (end == "expired")
            Assert.Equal(1, _dispatch.Expire(_now + lease.LeaseTime));
        else if (end == "declined")
            _dispatch.Decline(Declined(lease));
        else
            Assert.Equal(1, _dispatch.NodeLeft(Some.Address(1)));
        Assert.Equal(said, Assert.Single(_dispatch.TakePassing()).Says(_spec.Id).Accepted);
    }

    [Fact]
    public void Who_says_that_it_accepts_what_it_does_not_have_changes_nothing()
    {
        var lease = Lend();
        _dispatch.Taken(new Taken(lease.JobId, lease.Bundle, lease.Attempt, Some.Id(99)));
        _dispatch.Taken(new Taken(lease.JobId, lease.Bundle, 7, lease.Worker));
        _dispatch.Taken(new Taken(lease.JobId, 7, lease.Attempt, lease.Worker));
        _dispatch.Expire(_now + lease.LeaseTime);
        Assert.False(Assert.Single(_dispatch.TakePassing()).IsAccepted);
    }

    /// <summary>Of two ranks that earn one may be gone. The work of the others is accepted all the same.</summary>
    [Theory]
    [InlineData(1, false, true)]
    [InlineData(2, false, false)]
    [InlineData(1, true, true)]
    [InlineData(2, true, false)]
    public void Where_gateways_have_lost_too_many_nobody_earns(int gone, bool comesBack, bool earns)
    {
        var first = Lend();
        Decision? decision = null;
        for (var i = 0; i < gone; i++)
            Pass(Lend());
        if (comesBack)
        {
            _dispatch = Placed();
            first = Lend();
        }
        Assert.Equal(gone, _state.Draws.GoneOf(0));
        Assert.Null(_dispatch.Receive(Answer(first)));
        while (decision is null)
            decision = _dispatch.Receive(Answer(Lend()));
        Assert.Equal([earns, false], decision.Verdicts.Select(verdict => verdict.Counts));
        Assert.All(decision.Verdicts, verdict => Assert.Equal(1, verdict.Accepted));
        _state.Apply(new Decided(_spec.Id, [decision]));
        Assert.Equal(0, _state.Draws.GoneOf(0));
    }

    private void Pass(Assign lease)
    {
        _dispatch.Decline(Declined(lease) with { Gone = GoneBy(lease, 1) });
        var passed = new PassedOver(_spec.Id, [Assert.Single(_dispatch.TakePassing()).Signed(_spec.Id, new JobSigner(_spec, claims => _boss.Sign(claims, default, _delegateSub, _delegate)).Expire)]);
        _state.Apply(passed);
        _dispatch.OnPassedOver(passed);
    }

    private Dispatch Placed()
    {
        var dispatch = new Dispatch(_spec, new DispatchOptions(), _ => null);
        dispatch.Place(dispatch.Load(_state, _state.Pages[0], SomeJob.Inputs(1)), _roster, _state.Draws);
        return dispatch;
    }

    private Assign Lend() => Assert.Single(_dispatch.Lend(_now, _dispatch.InFlight + 1)).Assign;

    private static JobProtocol.Decline Declined(Assign lease) => new(lease.JobId, lease.Bundle, lease.Attempt, lease.Worker, "gone", default);

    private static Gone GoneBy(Assign lease, int node) =>
        Gone.Sign(Some.Key(node), lease.JobId, lease.Bundle, lease.Attempt, lease.Epoch, lease.Worker);

    private static BundleResult Answer(Assign assign) => new(
        assign.JobId, assign.Bundle, assign.Attempt, assign.Worker, 0, 1,
        [TaskResult.Exit(0, new[] { (byte)'a' }, default, 1, TimeSpan.Zero)], null);
}
