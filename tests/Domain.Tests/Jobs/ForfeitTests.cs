using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>A job of five bundles of two tasks, at 3 credits a task, two of at most five must agree: 12 credits a draw.</summary>
public sealed class ForfeitTests
{
    private static readonly JobSpec _spec =
        SomeJob.Spec(new Policy.Quorum(2, 5), 2) with { Price = new Credits(3), Budget = new Credits(150) };

    private readonly JobState _state = new(JobLimits.Default);

    public ForfeitTests() => Begin(_state, _spec);

    [Fact]
    public void What_was_not_drawn_costs_nothing()
    {
        Assert.Equal(Credits.Zero, Forfeit.Of(_state, [], []));
        _state.Apply(new Requested(_spec.Id, [Draw(0, 5)])); // asked for, and not heard of
        Assert.Equal(Credits.Zero, Forfeit.Of(_state, [], []));
    }

    [Fact]
    public void A_draw_costs_what_it_asks_for_at_once()
    {
        DrawTwo();
        Assert.Equal(24, Forfeit.Of(_state, [], []).Amount);
        Assert.Equal(24, Forfeit.Of(_state, [(0, 0), (1, 1)], []).Amount);
    }

    [Fact]
    public void What_was_asked_for_beyond_that_costs_too()
    {
        DrawTwo();
        Assert.Equal(12 + (3 * 2 * 4), Forfeit.Of(_state, [(0, 4)], []).Amount);
    }

    /// <summary>With a beacon that is known nobody asks for a draw: the run alone knows of it.</summary>
    [Fact]
    public void A_draw_that_only_the_run_knows_of_costs_as_much() =>
        Assert.Equal(12, Forfeit.Of(_state, [(4, 1)], []).Amount);

    [Fact]
    public void What_is_decided_or_being_written_is_charged_by_that()
    {
        DrawTwo();
        var one = new Decision(1, 0, 7, [], []);
        Assert.Equal(12, Forfeit.Of(_state, [(0, 2), (1, 2)], [one]).Amount);
        _state.Apply(new Decided(_spec.Id, [one]));
        Assert.Equal(12, Forfeit.Of(_state, [(0, 2)], []).Amount);
    }

    [Fact]
    public void A_free_job_costs_nothing()
    {
        var free = new JobState(JobLimits.Default);
        Begin(free, SomeJob.Spec(new Policy.Quorum(2, 5), 2));
        Assert.Equal(Credits.Zero, Forfeit.Of(free, [(0, 2)], []));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // its boss has another key, so that its pages end
    public void It_is_the_pools_and_not_the_bosss(bool byNewKey)
    {
        _state.Apply(byNewKey ? new PagesEnded(_spec.Id, "Another key.", new Credits(24)) : new Cancelled(_spec.Id, new Credits(24)));
        Assert.Equal(JobStatus.Cancelled, _state.Status);
        Assert.Equal((0, 24, 126), (_state.Escrow.Paid.Amount, _state.Escrow.ToPool.Amount, _state.Escrow.Refund.Amount));
    }

    [Fact]
    public void A_job_that_is_complete_forfeits_nothing_more()
    {
        _state.Apply(new Cancelled(_spec.Id, new Credits(24)));
        var (@event, reply) = _state.Process(new CancelJob(_spec.Id), () => throw new InvalidOperationException("It was asked again."));
        Assert.Null(@event);
        Assert.Equal(new JobCancelled(_spec.Id), reply);
    }

    private void DrawTwo()
    {
        _state.Apply(new Requested(_spec.Id, [Draw(0, 2), Draw(2, 3)]));
        _state.Apply(new Drawn(_spec.Id, new Epoch(7), [Draw(0, 2)]));
    }

    private static DrawRequest Draw(long first, int count) => new(_spec.Id, first, count, 0);

    private static void Begin(JobState state, JobSpec spec)
    {
        var boss = new SomeBoss(spec);
        var page = boss.Next(SomeJob.Inputs(10), false, 2);
        state.Apply(new Created(spec, SomeJob.Seed));
        state.Apply(boss.Delegated);
        state.Apply(new PageAdded(spec.Id, 0, page.Inputs, 2, false, page.Submit));
    }
}
