using AkkaCompute.Domain.Jobs;
using static AkkaCompute.Domain.Jobs.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>What a job says to pages that it can't take.</summary>
public sealed class AddTasksTests
{
    private static readonly JobLimits _limits = new() { InputBytes = 10, PageBytes = 30, PageTasks = 5, Tasks = 8, Credit = 2 };

    private static readonly JobSpec _spec = SomeJob.Spec(bundleSize: 2);

    [Theory]
    [InlineData(1, 6, 1, false, RefusalReason.TooLarge, "Inputs: 6 tasks in a page, at most 5.")]
    [InlineData(1, 1, 11, false, RefusalReason.TooLarge, "Inputs[0]: 11 bytes, at most 10.")]
    [InlineData(1, 4, 8, false, RefusalReason.TooLarge, "Inputs: 32 bytes in a page, at most 30.")]
    [InlineData(1, 0, 0, false, RefusalReason.Invalid, "Inputs: a page without tasks only closes a job.")]
    [InlineData(1, 5, 1, false, RefusalReason.TooLarge, "Inputs: the job would have 9 tasks, at most 8.")]
    [InlineData(2, 1, 1, false, RefusalReason.NoCredit, "Page: 2, but the next page is 1.")]
    [InlineData(-1, 1, 1, false, RefusalReason.NoCredit, "Page: -1, but the next page is 1.")]
    [InlineData(int.MinValue, 1, 1, true, RefusalReason.NoCredit, "Page: -2147483648, but the next page is 1.")]
    [InlineData(int.MaxValue, 1, 1, true, RefusalReason.NoCredit, "Page: 2147483647, but the next page is 1.")]
    [InlineData(0, 3, 1, false, RefusalReason.Conflict, "Page 0 was handed in before with another content.")]
    [InlineData(0, 4, 1, true, RefusalReason.Conflict, "Page 0 was handed in before with another content.")]
    public void Is_refused_with_a_reason(int page, int tasks, int bytes, bool last, RefusalReason reason, string message)
    {
        var (@event, reply) = WithPage(last: false).Process(new AddTasks(_spec.Id, page, SomeJob.Inputs(tasks, bytes), last, default), 1);
        Assert.Null(@event);
        Assert.Equal(new Refused(reason, message), reply);
    }

    [Fact]
    public void At_the_limits_it_is_taken()
    {
        var (@event, reply) = WithPage(last: false).Process(new AddTasks(_spec.Id, 1, SomeJob.Inputs(3, 10), true, default), 1);
        Assert.IsType<PageAdded>(@event);
        Assert.Equal(new TasksAdded(_spec.Id, 1, 4, 4, 2), reply);
    }

    [Fact]
    public void The_same_page_again_is_answered_and_not_kept_again()
    {
        var (@event, reply) = WithPage(last: true).Process(new AddTasks(_spec.Id, 0, SomeJob.Inputs(4), true, default), 1);
        Assert.Null(@event);
        Assert.Equal(new TasksAdded(_spec.Id, 0, 0, 3, 2), reply);
    }

    [Theory]
    [InlineData(false, JobStatus.Closed)]
    [InlineData(true, JobStatus.Cancelled)]
    public void A_closed_job_takes_nothing(bool cancelled, JobStatus status)
    {
        var state = WithPage(last: true);
        if (cancelled)
            state.Apply(new Cancelled(_spec.Id));
        var (@event, reply) = state.Process(new AddTasks(_spec.Id, 1, SomeJob.Inputs(1), false, default), 1);
        Assert.Null(@event);
        Assert.Equal(new Refused(RefusalReason.JobClosed, $"The job takes no more tasks: it is {status}."), reply);
    }

    [Fact]
    public void Before_the_job_there_is_none()
    {
        var state = new JobState(_limits);
        Assert.Equal(RefusalReason.UnknownJob, ((Refused)state.Process(new AddTasks(_spec.Id, 0, SomeJob.Inputs(1), true, default), 1).Reply).Reason);
        Assert.Equal(RefusalReason.UnknownJob, ((Refused)state.Process(new CancelJob(_spec.Id)).Reply).Reason);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(77, 77)]
    [InlineData(10_000, JobSpec.MaxBundle)]
    public void An_open_bundle_size_is_the_measured_one_within_limits(int measured, int size)
    {
        var state = new JobState(_limits);
        state.Apply(new Created(SomeJob.Spec(bundleSize: 0), SomeJob.Seed));
        var (@event, _) = state.Process(new AddTasks(_spec.Id, 0, SomeJob.Inputs(1), true, default), measured);
        Assert.Equal(size, Assert.IsType<PageAdded>(@event).BundleSize);
    }

    [Fact]
    public void Another_content_under_the_same_id_is_a_conflict()
    {
        var state = WithPage(last: false);
        Assert.Equal((null, (IWire)new JobAccepted(_spec.Id, 2, SomeJob.Key, 2)), state.Process(new Create(_spec with { }), new byte[32]));
        Assert.Equal(RefusalReason.Conflict, ((Refused)state.Process(new Create(_spec with { Label = "b" }), new byte[32]).Reply).Reason);
    }

    private static JobState WithPage(bool last)
    {
        var state = new JobState(_limits);
        state.Apply(new Created(_spec, SomeJob.Seed));
        state.Apply(new PageAdded(_spec.Id, 0, SomeJob.Inputs(4), 2, last, default));
        return state;
    }
}
