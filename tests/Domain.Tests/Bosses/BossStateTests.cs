using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Tests.Roster;
using AkkaCompute.Domain.Verification;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Domain.Tests.Bosses;

public sealed class BossStateTests
{
    private static readonly JobSpec _spec = SomeJob.Spec(new Policy.Quorum(3, 7));
    private static readonly BossState _empty = BossState.Empty(_spec.Boss);

    [Fact]
    public void A_job_is_taken_once()
    {
        Assert.Equal((new JobTaken(_spec), null), _empty.Process(new SubmitJob(_spec), 3));
        var taken = _empty.Apply(new JobTaken(_spec));
        Assert.Equal((null, null), taken.Process(new SubmitJob(_spec with { }), 0));
        Assert.Equal(
            new Refused(RefusalReason.Conflict, $"BundleSize: '2', but job {_spec.Id} was handed in before with '{_spec.BundleSize}'."),
            taken.Process(new SubmitJob(_spec with { BundleSize = 2 }), 3).Refusal);
    }

    [Fact]
    public void A_quorum_that_is_not_there_is_refused() =>
        Assert.Equal(
            new Refused(RefusalReason.TooFewWorkers, "Policy: quorum(3, 7) wants 3 workers for 'wasm'; 2 are there."),
            _empty.Process(new SubmitJob(_spec), 2).Refusal);

    [Fact]
    public void An_invalid_job_is_refused_first() =>
        Assert.Equal(RefusalReason.Invalid, _empty.Process(new SubmitJob(_spec with { BundleSize = 257 }), 0).Refusal?.Reason);

    [Fact]
    public void An_ended_job_makes_room_and_is_no_new_job()
    {
        var full = _empty;
        for (var i = 0; i < BossState.MaxOpenJobs; i++)
            full = full.Apply(new JobTaken(_spec with { Id = new JobId(Some.Hash(i)) }));
        Assert.Equal(
            new Refused(RefusalReason.TooManyJobs, "This boss has 1000 open jobs, at most 1000."),
            full.Process(new SubmitJob(_spec), 9).Refusal);
        var ended = full.Apply(new JobEnded(_spec.Boss, new JobId(Some.Hash(7))));
        Assert.NotNull(ended.Process(new SubmitJob(_spec), 9).Event);
        Assert.Equal((null, null), ended.Process(new SubmitJob(_spec with { Id = new JobId(Some.Hash(7)) }), 9));
        Assert.Equal((999, 1L), (ended.Answer().Open.Count, ended.Answer().Finished));
    }
}
