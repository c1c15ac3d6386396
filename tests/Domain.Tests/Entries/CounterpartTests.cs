using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Entries;

public sealed class CounterpartTests
{
    private const int Boss = 1, Worker = 50, Verifier = 51;
    private static readonly JobId _other = new(Some.Hash(1));
    private static readonly Result _result = new(Sample.Job, 49, 0, new Epoch(11), 3_136, 64, Some.Hash(104));
    private static readonly Entry _done = By(Worker, _result);
    private static readonly Accept _accept = new(Sample.Job, Sample.Worker, _done.Hash, 64, "none", [], 10);
    private static readonly Reject _reject = new(Sample.Job, Sample.Worker, _done.Hash, 64, "none", [Some.Hash(1)]);
    private static readonly Check _check = new(Sample.Job, Sample.Worker, _done.Hash, new Epoch(13), [3_136, 3_199], Some.Hash(1));
    private static readonly Entry _accepted = By(Boss, _accept);
    private static readonly Entry _rejected = By(Boss, _reject);

    private static Entry By(int author, Claims claims) =>
        Entry.Sign(Sample.Key(author), new EntryPlace(Sample.Key(author).NodeId, 4, 17, Some.Hash(110), Sample.Checkpoint), claims);

    private static bool Fits(int author, Claims claims, Entry named)
    {
        var refused = Counterparts.Match(By(author, claims), named);
        Assert.True(refused is null or { Reason: EntryRefusal.WrongCounterpart });
        return refused is null;
    }

    private static Reward Reward(RewardVerdict verdict, Entry entry, int boss = Boss) =>
        new(Sample.Job, Sample.Key(boss).NodeId, verdict, entry.Hash, 10);

    [Fact]
    public void Verdicts_and_checks_fit_the_result_that_they_name()
    {
        Assert.True(Fits(Boss, _accept, _done));
        Assert.True(Fits(Boss, _reject, _done));
        Assert.True(Fits(Verifier, _check, _done));
        Assert.False(Fits(Boss, _accept with { Result = Some.Hash(1) }, _done));
        Assert.False(Fits(Boss, _accept with { Job = _other }, _done));
        Assert.False(Fits(Boss, _accept with { Worker = Some.Id(1) }, _done));
        Assert.False(Fits(Boss, _reject with { Worker = Some.Id(1) }, _done));
        Assert.False(Fits(Verifier, _check with { Worker = Some.Id(1) }, _done));
        Assert.False(Fits(Boss, _accept with { Tasks = 65 }, _done));
        Assert.False(Fits(Boss, _reject with { Tasks = 65 }, _done));
        Assert.False(Fits(Verifier, _check with { Tasks = [3_135] }, _done));
        Assert.False(Fits(Verifier, _check with { Tasks = [3_200] }, _done));
        Assert.False(Fits(Boss, _accept with { Result = _rejected.Hash }, _rejected));
        Assert.False(Fits(Boss, _result, _done));
    }

    [Fact]
    public void A_reward_fits_the_verdict_that_it_answers()
    {
        Assert.True(Fits(Worker, Reward(RewardVerdict.Paid, _accepted), _accepted));
        Assert.True(Fits(Worker, Reward(RewardVerdict.Unpaid, _accepted), _accepted));
        Assert.True(Fits(Worker, Reward(RewardVerdict.WronglyRejected, _rejected), _rejected));
        Assert.True(Fits(Worker, Reward(RewardVerdict.Unpaid, _done), _done));
        Assert.False(Fits(Worker, Reward(RewardVerdict.Paid, _rejected), _rejected));
        Assert.False(Fits(Worker, Reward(RewardVerdict.WronglyRejected, _accepted), _accepted));
        Assert.False(Fits(Worker, Reward(RewardVerdict.Paid, _done), _done));
        Assert.False(Fits(Worker, Reward(RewardVerdict.Paid, _accepted, boss: 2), _accepted));
        Assert.False(Fits(Verifier, Reward(RewardVerdict.Paid, _accepted), _accepted));
        Assert.False(Fits(Verifier, Reward(RewardVerdict.Unpaid, _done), _done));
        Assert.False(Fits(Worker, Reward(RewardVerdict.Paid, _accepted) with { Job = _other }, _accepted));
    }

    [Fact]
    public void A_result_is_of_one_bundle_of_its_page()
    {
        var page = new Submit(Sample.Job, default, "wasm", "none", DrawMode.Next, 5, 3, 3_072, 48, 1_000, 64, default, 0);
        bool Fits(Result result) => Counterparts.Match(result, page) is null;
        Assert.True(Fits(_result));
        Assert.True(Fits(_result with { Bundle = 48, First = 3_072 }));
        Assert.True(Fits(_result with { Bundle = 63, First = 4_032, Tasks = 40 }));
        Assert.False(Fits(_result with { Bundle = 63, First = 4_032 }));
        Assert.False(Fits(_result with { Bundle = 64, First = 4_096 }));
        Assert.False(Fits(_result with { Bundle = 47, First = 3_008 }));
        Assert.False(Fits(_result with { Bundle = 50 }));
        Assert.False(Fits(_result with { First = 3_137 }));
        Assert.False(Fits(_result with { Tasks = 63 }));
        Assert.False(Fits(_result with { Job = _other }));
        Assert.False(Fits(_result with { Bundle = long.MaxValue }));
    }
}
