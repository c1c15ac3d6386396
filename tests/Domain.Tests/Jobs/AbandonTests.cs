using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>What an open job says that it waits for, and what one that ended early says of that.</summary>
public sealed class AbandonTests
{
    private static readonly JobSpec _spec = SomeJob.Spec() with { Price = new Credits(5), Budget = new Credits(1_000) };

    private readonly JobState _state = new(JobLimits.Default);
    private readonly SomeBoss _boss = new(_spec);

    public AbandonTests() => _state.Apply(new Created(_spec, SomeJob.Seed));

    [Fact]
    public void An_open_job_says_what_it_waits_for()
    {
        Assert.Equal("its boss: an authorization", _state.Progress().WaitsFor);
        _state.Apply(_boss.Delegated);
        Assert.Equal("its boss: a page of tasks, or the last one; without one it ends after 1d", _state.Progress().WaitsFor);
        var page = _boss.Next(SomeJob.Inputs(1), false, 1);
        _state.Apply(new PageAdded(_spec.Id, 0, page.Inputs, 1, false, page.Submit));
        Assert.Equal("", _state.Progress().WaitsFor); // it is at work
    }

    [Fact]
    public void One_that_is_abandoned_refunds_as_if_it_was_cancelled_and_says_why()
    {
        _state.Apply(_boss.Delegated);
        var cancelled = _state.Abandon("its boss is gone", () => new Credits(15));
        Assert.Equal(new Cancelled(_spec.Id, new Credits(15)) { Why = "its boss is gone" }, cancelled);
        _state.Apply(cancelled!);
        Assert.Equal((JobStatus.Cancelled, "its boss is gone", ""), (_state.Status, _state.Progress().Ended, _state.Progress().WaitsFor));
        Assert.Equal(985, _state.Escrow.Refund.Amount);
        Assert.Null(_state.Abandon("again", () => Credits.Zero));
    }

    [Fact]
    public void One_that_its_boss_cancelled_says_that()
    {
        _state.Apply(new Cancelled(_spec.Id, Credits.Zero));
        Assert.Equal("its boss cancelled it", _state.Progress().Ended);
    }

    [Fact]
    public void One_that_ended_by_itself_says_nothing()
    {
        _state.Apply(_boss.Delegated);
        var page = _boss.Next([], true, 1);
        _state.Apply(new PageAdded(_spec.Id, 0, page.Inputs, 1, true, page.Submit));
        Assert.Equal(("", ""), (_state.Progress().Ended, _state.Progress().WaitsFor));
        Assert.Null(_state.Abandon("late", () => Credits.Zero));
    }
}
