using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

public sealed class JobPartsTests
{
    private static readonly JobSpec _spec = SomeJob.Spec();
    private static readonly Outcome _outcome = new(0, OutcomeStatus.Exited, 0, TrapKind.None, NoResultReason.None, default, default);

    /// <summary>What stands for the events of a job that was forgotten is met only where the first event is gone too.</summary>
    [Fact]
    public void Each_kind_of_event_of_a_job_is_taken_by_a_part()
    {
        var kinds = typeof(JobProtocol).GetNestedTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEvent))).ToHashSet();
        Assert.True(kinds.Count > 15);
        kinds.ExceptWith([typeof(Judged), typeof(Erased)]);
        Assert.Equal(kinds.Select(kind => kind.Name).Order(), new JobState(JobLimits.Default).Kinds.Select(kind => kind.Name).Order());
    }

    [Fact]
    public void A_new_part_takes_a_new_kind_of_event_and_an_old_one()
    {
        var remarks = new Remarks();
        var state = Begun(new JobState(JobLimits.Default, remarks));
        state.Apply(new Remarked(_spec.Id, 0, "slow"));
        state.Apply(new Remarked(_spec.Id, 1, "odd"));
        Assert.Equal([4L, 5L], remarks.At);
        state.Apply(new Decided(_spec.Id, [new Decision(0, 0, 1, [_outcome], [])]));
        Assert.Equal("odd", Assert.Single(remarks.Texts).Value);
        Assert.Equal((6, 1), (state.Version, state.Progress().Decided));
    }

    [Fact]
    public void A_kind_that_no_part_takes_is_an_error_and_not_passed_over()
    {
        var state = Begun(new JobState(JobLimits.Default));
        var thrown = Assert.Throws<ArgumentException>(() => state.Apply(new Remarked(_spec.Id, 0, "slow")));
        Assert.Contains("A job has no event Remarked.", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>The escrow stands before the outbox: it reads what the outbox gives up by the same event.</summary>
    [Fact]
    public void Parts_take_an_event_in_the_order_in_which_they_registered()
    {
        var (events, told) = (new JobEvents(), new List<string>());
        events.On<Finished>(_ => told.Add("first")).On<Cancelled>(_ => told.Add("never")).On<Finished>((_, sequence) => told.Add($"second at {sequence}"));
        Assert.True(events.Tell(new Finished(_spec.Id), 7));
        Assert.False(events.Tell(new Remarked(_spec.Id, 0, ""), 8));
        Assert.Equal(["first", "second at 7"], told);
    }

    private static JobState Begun(JobState state)
    {
        var boss = new SomeBoss(_spec);
        var page = boss.Next(SomeJob.Inputs(2), true, 1);
        state.Apply(new Created(_spec, SomeJob.Seed));
        state.Apply(boss.Delegated);
        state.Apply(new PageAdded(_spec.Id, 0, page.Inputs, 1, true, page.Submit));
        return state;
    }
}
