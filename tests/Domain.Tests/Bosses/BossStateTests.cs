using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Tests.Jobs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Bosses.BossProtocol;

namespace AkkaCompute.Domain.Tests.Bosses;

public sealed class BossStateTests
{
    private static readonly JobSpec _spec = SomeJob.Spec(new Policy.Quorum(3, 7));
    private static readonly BossState _empty = BossState.Empty(_spec.Boss);

    [Fact]
    public void A_job_is_known_by_its_id_and_compared()
    {
        Assert.Equal((false, null), _empty.Find(_spec));
        var taken = _empty.Apply(new JobTaken(_spec));
        Assert.Equal((true, null), taken.Find(_spec with { }));
        Assert.Equal(
            new Refused(RefusalReason.Conflict, $"BundleSize: '2', but job {_spec.Id} was handed in before with '{_spec.BundleSize}'."),
            taken.Find(_spec with { BundleSize = 2 }).Refusal);
    }

    [Fact]
    public void A_quorum_that_is_not_there_is_refused()
    {
        Assert.Null(_empty.Refuse(_spec, 3));
        Assert.Equal(
            new Refused(RefusalReason.TooFewWorkers, "Policy: quorum(3, 7) wants 3 workers for 'wasm'; 2 are there."), _empty.Refuse(_spec, 2));
    }

    [Fact]
    public void An_invalid_job_is_refused_first() =>
        Assert.Equal(RefusalReason.Invalid, _empty.Refuse(_spec with { BundleSize = 257 }, 0)?.Reason);

    [Fact]
    public void An_ended_job_makes_room_and_only_its_number_is_kept()
    {
        var full = _empty;
        for (var i = 0; i < BossState.MaxOpenJobs; i++)
            full = full.Apply(new JobTaken(_spec with { Id = new JobId(Some.Hash(i)) }));
        Assert.Equal(new Refused(RefusalReason.TooManyJobs, "This boss has 1000 open jobs, at most 1000."), full.Refuse(_spec, 9));
        var ended = full.Apply(new JobEnded(_spec.Boss, new JobId(Some.Hash(7)))).Apply(new JobEnded(_spec.Boss, new JobId(Some.Hash(7))));
        Assert.Null(ended.Refuse(_spec, 9));
        Assert.Equal((999, 1L), (ended.Answer().Open.Count, ended.Answer().Finished));
    }

    [Fact]
    public void A_snapshot_is_all_of_it()
    {
        var state = _empty.Apply(new SecretMade(_spec.Boss, new byte[32])).Apply(new JobTaken(_spec)).Apply(new JobTaken(_spec with { Id = new JobId(Some.Hash(7)) }))
            .Apply(new JobEnded(_spec.Boss, new JobId(Some.Hash(7))));
        var back = BossState.Of(state.ToSnapshot());
        Assert.Equal((state.NodeId, 1L), (back.NodeId, back.Finished));
        Assert.Equal(state.Open, back.Open);
        Assert.True(state.Secret.Span.SequenceEqual(back.Secret.Span));
    }

    [Fact]
    public void A_jobs_key_is_the_same_each_time_and_another_one_for_any_other_job()
    {
        var (secret, other) = (Some.Hash(1).ToBytes(), Some.Hash(2).ToBytes());
        var key = JobKeys.Public(secret, _spec);
        Assert.Equal(key, JobKeys.Public(secret, _spec with { }));
        Assert.NotEqual(key, JobKeys.Public(secret, _spec with { Label = "another" }));
        Assert.NotEqual(key, JobKeys.Public(other, _spec));
    }

    [Fact]
    public void A_request_holds_for_what_was_signed_and_for_nothing_else()
    {
        var (key, boss) = (Sample.Key(1), Sample.Key(1).NodeId);
        var submit = SubmitJob.Sign(key, _spec);
        Assert.Null(submit.CheckSignature());
        AssertInvalid(new SubmitJob(_spec).CheckSignature());
        AssertInvalid((submit with { Spec = _spec with { Label = "another" } }).CheckSignature());
        var cancel = JobProtocol.CancelJob.Sign(key, boss, _spec.Id);
        Assert.Null(cancel.CheckSignature(boss));
        AssertInvalid(new JobProtocol.CancelJob(_spec.Id).CheckSignature(boss));
        AssertInvalid(cancel.CheckSignature(_spec.Boss));
        AssertInvalid((cancel with { JobId = new JobId(Some.Hash(7)) }).CheckSignature(boss));
        AssertInvalid((cancel with { Signature = submit.Signature }).CheckSignature(boss)); // of another kind
        AssertInvalid((cancel with { Signature = cancel.Signature! with { Bytes = default } }).CheckSignature(boss));
    }

    private static void AssertInvalid(Refused? refused)
    {
        Assert.Equal(RefusalReason.Invalid, refused?.Reason);
        Assert.Contains(".Signature: ", refused!.Message, StringComparison.Ordinal);
    }
}
