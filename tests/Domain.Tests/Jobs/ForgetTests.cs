using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs;

/// <summary>A job that was finished long ago says so, and nothing else, whatever is left of its events.</summary>
public sealed class ForgetTests
{
    private static readonly JobSpec _spec = SomeJob.Spec();
    private static readonly DateTimeOffset _end = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Forget _forget = new(_spec.Id, _end, TimeSpan.FromDays(7));

    private static readonly IEvent[] _events =
        [new Created(_spec, SomeJob.Seed), new PageAdded(_spec.Id, 0, SomeJob.Inputs(3), 1, true, default), new Cancelled(_spec.Id, Credits.Zero), new Finished(_spec.Id)];

    [Fact]
    public void Only_a_finished_job_is_forgotten_and_once()
    {
        for (var count = 0; count < _events.Length; count++)
        {
            var (none, reply) = Folded(_events[..count]).Process(_forget);
            Assert.Null(none);
            Assert.Equal(count == 0 ? RefusalReason.UnknownJob : RefusalReason.Unavailable, Assert.IsType<Refused>(reply).Reason);
        }
        var state = Folded(_events);
        Assert.Null(state.Absence(_spec.Id));
        var (forgotten, done) = state.Process(_forget);
        Assert.Equal(new Forgotten(_spec.Id, _end, _forget.After), forgotten);
        Assert.IsType<JobForgotten>(done);
        state.Apply(forgotten!);
        Assert.Equal((null, new JobForgotten(_spec.Id)), state.Process(_forget));
    }

    public static TheoryData<int> Left => [0, 1, 2, 3, 4];

    /// <param name="erased">Events that are erased: from the first one on.</param>
    [Theory]
    [MemberData(nameof(Left))]
    public void It_answers_the_same_however_much_of_it_is_erased(int erased)
    {
        var state = Folded([.. _events.Select((kept, i) => i < erased ? new Erased(_spec.Id) : kept), new Forgotten(_spec.Id, _end, _forget.After)]);
        Assert.Equal(5, state.Version);
        var absence = state.Absence(_spec.Id);
        Assert.Equal(RefusalReason.Forgotten, absence!.Reason);
        Assert.Equal($"Job {_spec.Id} finished more than 7d ago, at 2026-01-02 03:04:05Z, and was forgotten.", absence.Message);
        // Not even as a new one: what its workers have signed is on record under this id.
        Assert.Equal((null, absence), state.Process(new Create(_spec), SomeJob.Seed));
        Assert.Equal((null, absence), state.Process(new CancelJob(_spec.Id), () => Credits.Zero));
        Assert.Equal((null, absence), state.Process(new AddTasks(_spec.Id, 0, SomeJob.Inputs(1), false, default), 1));
        Assert.Equal((null, absence), state.Process(new SomeBoss(_spec).Authorize));
        Assert.False(state.CanFinish || state.CanSettle);
    }

    private static JobState Folded(IEnumerable<IEvent> events)
    {
        var state = new JobState(JobLimits.Default);
        foreach (var @event in events)
            state.Apply(@event);
        return state;
    }
}
