using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>What a job says to pages that it can't take.</summary>
public sealed class AddTasksTests
{
    private static readonly JobLimits _limits = new() { InputBytes = 10, PageBytes = 30, PageTasks = 5, Tasks = 8, Credit = 2 };

    private static readonly JobSpec _spec = SomeJob.Spec(bundleSize: 2);

    private readonly SomeBoss _boss = new(_spec);
    private AddTasks? _first;

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
        var state = WithPage(last: false);
        var (@event, reply) = state.Process(_boss.Next(SomeJob.Inputs(3, 10), true, 2), 1);
        Assert.IsType<PageAdded>(@event);
        Assert.Equal(new TasksAdded(_spec.Id, 1, 4, 4, 2), reply);
    }

    [Fact]
    public void The_same_page_again_is_answered_and_not_kept_again()
    {
        var (@event, reply) = WithPage(last: true).Process(_first!, 1);
        Assert.Null(@event);
        Assert.Equal(new TasksAdded(_spec.Id, 0, 0, 3, 2), reply);
    }

    [Theory]
    [InlineData(false, "Closed")]
    [InlineData(true, "Cancelled, its boss cancelled it")]
    public void A_closed_job_takes_nothing_and_says_why(bool cancelled, string status)
    {
        var state = WithPage(last: true);
        if (cancelled)
            state.Apply(new Cancelled(_spec.Id, Credits.Zero));
        var (@event, reply) = state.Process(new AddTasks(_spec.Id, 1, SomeJob.Inputs(1), false, default), 1);
        Assert.Null(@event);
        Assert.Equal(new Refused(RefusalReason.JobClosed, $"The job takes no more tasks: it is {status}."), reply);
    }

    [Fact]
    public void Before_the_job_there_is_none()
    {
        var state = new JobState(_limits);
        Assert.Equal(RefusalReason.UnknownJob, ((Refused)state.Process(new AddTasks(_spec.Id, 0, SomeJob.Inputs(1), true, default), 1).Reply).Reason);
        Assert.Equal(RefusalReason.UnknownJob, ((Refused)state.Process(new CancelJob(_spec.Id), () => Credits.Zero).Reply).Reason);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(77, 77)]
    [InlineData(10_000, JobSpec.MaxBundle)]
    public void The_bundle_size_is_the_boss_s_and_the_measured_one_is_suggested_within_limits(int measured, int size)
    {
        var state = new JobState(_limits);
        var spec = SomeJob.Spec(bundleSize: 0);
        var boss = new SomeBoss(spec);
        state.Apply(new Created(spec, SomeJob.Seed));
        state.Apply(boss.Delegated);
        var (@event, reply) = state.Process(boss.Next(SomeJob.Inputs(1), true, 9), measured);
        Assert.Equal(9, Assert.IsType<PageAdded>(@event).BundleSize);
        Assert.Equal(size, Assert.IsType<TasksAdded>(reply).Bundle);
    }

    [Fact]
    public void A_page_needs_the_boss_s_signature_on_what_it_is()
    {
        var state = WithPage(last: false);
        var good = _boss.Next(SomeJob.Inputs(2), false, 2);
        var next = _boss.Next(SomeJob.Inputs(2), false, 2);
        using var thief = KeyPair.Generate();
        Assert.True(Entry.TryParse(good.Submit.Span, out var entry, out _));
        foreach (var (page, why) in (IEnumerable<(AddTasks, string)>)
        [
            (good with { Submit = default }, "JWS"),
            (good with { Submit = next.Submit }, "does not follow"),
            (good with { Submit = _boss.Opening.Bytes }, "not a submit"),
            (good with { Inputs = SomeJob.Inputs(2, 2) }, "not those of this page"),
            (good with { Inputs = SomeJob.Inputs(1) }, "not those of this page"),
            (good with { Submit = Entry.Sign(thief, entry.Place, entry.Claims).Bytes }, "not signed"),
            (good with { Submit = Entry.Sign(SomeBoss.Key, entry.Place, (Submit)entry.Claims with { Bundle = 1 }).Bytes }, "Submit.bundle: 1"),
            (good with { Submit = Entry.Sign(SomeBoss.Key, entry.Place, (Submit)entry.Claims with { FirstBundle = 1 }).Bytes }, "not those of this page"),
        ])
        {
            var (@event, reply) = state.Process(page, 1);
            Assert.Null(@event);
            Assert.Contains(why, Assert.IsType<Refused>(reply).Message, StringComparison.Ordinal);
        }
        Assert.NotNull(state.Process(good, 1).Event);
    }

    [Fact]
    public void An_authorization_is_the_boss_s_for_this_job_and_comes_before_the_first_page()
    {
        var state = new JobState(_limits);
        state.Apply(new Created(_spec, SomeJob.Seed));
        Assert.Contains("not authorized", ((Refused)state.Process(_boss.Next(SomeJob.Inputs(1), false, 2), 1).Reply).Message, StringComparison.Ordinal);
        using var thief = KeyPair.Generate();
        var (good, other) = (_boss.Authorize, new SomeBoss(SomeJob.Spec(new Policy.Quorum(2, 3))));
        foreach (var (command, why) in (IEnumerable<(Authorize, string)>)
        [
            (good with { Opening = good.Delegate }, "Opening: does not open"),
            (good with { Delegate = good.Opening }, "not for this job and its key"),
            (good with { Key = thief.Public }, "not signed by this key"),
            (good with { Delegate = new SomeBoss(_spec, thief.Public).Grant.Bytes }, "not for this job and its key"),
            (good with { Delegate = other.Grant.Bytes }, "Delegate.policy"),
            (good with { Delegate = new byte[9] }, "JWS"),
        ])
        {
            var (@event, reply) = state.Process(command);
            Assert.Null(@event);
            Assert.Contains(why, Assert.IsType<Refused>(reply).Message, StringComparison.Ordinal);
        }
        var (delegated, authorized) = state.Process(good);
        state.Apply(delegated!);
        Assert.Equal((null, authorized), state.Process(good));
        Assert.Equal(RefusalReason.Conflict, ((Refused)state.Process(good with { Opening = Another(_boss.Opening) }).Reply).Reason);
    }

    /// <summary>The same claims at another place.</summary>
    private static ReadOnlyMemory<byte> Another(Entry entry) =>
        Entry.Sign(SomeBoss.Key, entry.Place with { Seq = entry.Place.Seq + 7 }, entry.Claims).Bytes;

    [Fact]
    public void Another_content_under_the_same_id_is_a_conflict()
    {
        var state = WithPage(last: false);
        Assert.Equal((null, (IWire)new JobAccepted(_spec.Id, 2, SomeJob.Key, 2, new JobPages(state.Submits!.State.Head, Checkpoint.None, 4, 2))), state.Process(new Create(_spec with { }), new byte[32]));
        Assert.Equal(RefusalReason.Conflict, ((Refused)state.Process(new Create(_spec with { Label = "b" }), new byte[32]).Reply).Reason);
    }

    private JobState WithPage(bool last)
    {
        var state = new JobState(_limits);
        state.Apply(new Created(_spec, SomeJob.Seed));
        state.Apply(_boss.Delegated);
        _first = _boss.Next(SomeJob.Inputs(4), last, 2);
        state.Apply(state.Process(_first, 1).Event!);
        return state;
    }
}
