using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;
using static AkkaCompute.Domain.Tests.Audit.Violations;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Decisions and verdicts in an export that the policy does not come to, or that somebody else signed.</summary>
public sealed class VerdictViolationTests
{
    [Fact]
    public void A_verdict_that_the_policy_does_not_come_to()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 4);
        PlayedJob.Given[] results = [.. group.Select((worker, rank) => job.Result(worker, 0, rank == 1 ? [1] : null))];
        network.Close();
        job.Decide(0, results);
        var lie = job.Accept(results[1], results); // all three tasks, though one was wrong
        network.Close();
        Assert.Equal(lie.Hash, Found(network, "tasks: 3, but the policy comes to 2").Entry);
        Assert.Equal(0, network.Audit().Vouches);
    }

    [Fact]
    public void A_decision_that_trusted_workers_did_not_carry()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 3);
        var results = Results(network, job, group[0], group[2]); // one trusted, one newcomer
        job.Accept(results[0], results);
        network.Close();
        Found(network, "2 of 2 results are it, 1 of them by trusted c-nodes");
    }

    [Fact]
    public void A_stolen_delegate_that_accepts_what_nobody_decided()
    {
        var (network, job) = Opened();
        var friend = job.Result(job.Group(0, 1)[0], 0);
        network.Close();
        var accept = job.Accept(friend, [friend]);
        network.Close();
        Assert.Equal(accept.Hash, Found(network, "no decision on record").Entry);
        Assert.Equal(0, network.Audit().Vouches);
    }

    [Fact]
    public void A_salt_that_does_not_open_the_root()
    {
        var (network, job) = Opened();
        PlayedJob.Given[] results = [.. job.Group(0, 2).Select(worker => job.Result(worker, 0))];
        network.Close();
        job.Decide(0, [results[0], results[1] with { Salt = new BundleSalt(Some.Hash(1)) }]);
        network.Close();
        Found(network, "its root is not over", FindingKind.Violation);
    }

    [Fact]
    public void More_than_the_delegate_may_pay()
    {
        var (network, job) = Opened(budget: 5);
        var results = Results(network, job, job.Group(0, 2));
        job.Accept(results[0], results);
        var second = job.Accept(results[1], results);
        network.Close();
        Assert.Equal(second.Hash, Found(network, "are left of 5", FindingKind.Broken).Entry);
    }

    [Fact]
    public void A_delegate_after_its_last_epoch()
    {
        var (network, job) = Opened(last: new Epoch(4));
        var results = Results(network, job, job.Group(0, 2));
        for (var i = 0; i < 4; i++)
            network.Close();
        job.Accept(results[0], results); // it names a record of after it: no keeper takes that
        network.Close();
        Found(network, "last epoch was 4", FindingKind.Broken);
    }

    /// <summary>Its keeper may have had it in time, and its head came late; or it was kept back.</summary>
    [Fact]
    public void What_a_delegate_signed_in_time_counts_for_nothing_in_a_record_of_long_after()
    {
        var (network, job) = Opened(last: new Epoch(4));
        var early = network.Checkpoint;
        var results = Results(network, job, job.Group(0, 2));
        for (var i = 0; i < 4; i++)
            network.Close();
        var late = network.Boss.Sign(
            new Accept(job.Id, results[0].Worker.Id, results[0].Entry.Hash, PlayedJob.Size, "quorum(2, 4)", [results[1].Entry.Hash], 3), early, job.DelegateSub, job.Delegate);
        network.Close();
        Assert.Equal(late.Hash, Found(network, "last epoch was 4").Entry);
        var report = network.Audit();
        Assert.Equal((0, 0), (report.Vouches, (long)report.Credits.Paid));
        Assert.Null(network.LiveBreak);
    }

    [Fact]
    public void A_second_accept_of_one_result()
    {
        var (network, job) = Opened();
        var results = Results(network, job, job.Group(0, 2));
        job.Accept(results[0], results);
        var again = job.Accept(results[0], results);
        network.Close();
        Assert.Equal(again.Hash, Found(network, "a second verdict").Entry);
        Assert.Equal(1, network.Audit().Vouches);
    }

    /// <summary>When all its verdicts are there, little is remembered of a bundle; but that it was decided is.</summary>
    [Fact]
    public void A_bundle_that_is_decided_again()
    {
        var (network, job) = Opened();
        job.PlayBundle(0);
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(2, network.Audit().Vouches);
        var results = Results(network, job, job.Group(0, 2)); // signed once more
        job.Accept(results[0], results);
        network.Close();
        Found(network, "it was decided before");
        Assert.Equal(2, network.Audit().Vouches);
    }

    [Fact]
    public void A_verdict_that_is_not_the_delegate_s()
    {
        var (network, job) = Opened();
        var results = Results(network, job, job.Group(0, 2));
        var reject = network.Boss.Sign(
            new Reject(job.Id, results[0].Worker.Id, results[0].Entry.Hash, PlayedJob.Size, "quorum(2, 4)", [results[1].Entry.Hash]), network.Checkpoint, job.Sub);
        network.Close();
        Assert.Equal(reject.Hash, Found(network, "reject belongs in a delegate's chain", FindingKind.Broken).Entry);
    }

    [Fact]
    public void A_second_delegate_with_another_key()
    {
        var (network, job) = Opened();
        var grant = new Domain.Entries.Delegate(job.Delegate.Public, job.Id, "quorum(2, 4)", 100, new Epoch(1_000));
        network.Boss.Sign(grant, network.Checkpoint); // of the same: an answer was lost
        network.Close();
        Assert.Empty(network.Audit().Findings);
        var second = network.Boss.Sign(grant with { Key = Sample.Key(60_000).Public }, network.Checkpoint);
        network.Close();
        Assert.Equal(second.Hash, Found(network, "but the delegate of job", FindingKind.Broken).Entry);
    }
}
