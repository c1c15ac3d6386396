using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Workers that say that nobody judged their result: when it counts, how often, and when it is none of the boss's fault.</summary>
public sealed class UnpaidTests
{
    private readonly Network _network = new();

    [Fact]
    public void A_result_that_a_job_ends_without_counts_once_when_no_verdict_can_come_any_more()
    {
        var job = Open();
        var given = Results(job)[0];
        job.Unpaid(given);
        job.Unpaid(given);
        job.Unpaid(job.Result(given.Worker, 0)); // of the same bundle, for a job that came back
        _network.Close();
        Assert.Equal(0, Unpaid);
        job.Settle();
        Pass();
        Assert.Equal(1, Unpaid);
        var explained = Assert.Single(Explained().Entries);
        Assert.Equal((given.Worker.Id, "boss", 0L), (explained.By, explained.Role, explained.Weight));
        Assert.Equal(0, _network.Audit().Vouches);
    }

    [Theory]
    [InlineData("last epoch")]
    [InlineData("revoked")]
    public void A_job_that_never_settles_is_over_with_its_delegate(string end)
    {
        var job = Open(last: end == "last epoch" ? new Epoch(_network.Roster.Epoch.Number + 4) : null);
        var results = Results(job);
        job.Unpaid(results[0]);
        _network.Close();
        if (end == "revoked")
            _network.Boss.Sign(new Revoke(_network.Boss.Next.Public), _network.Checkpoint, key: _network.Boss.Next);
        _network.Close();
        Assert.Equal(0, Unpaid);
        Pass();
        Assert.Equal(1, Unpaid);
        job.Unpaid(results[1]); // later
        _network.Close();
        Assert.Equal(2, Unpaid);
    }

    /// <summary>The delegate's chain took no accept any more.</summary>
    [Fact]
    public void A_result_that_the_decision_has_and_no_accept_counts()
    {
        var job = Open();
        var results = Results(job);
        job.Decide(0, results);
        foreach (var given in results)
            job.Unpaid(given);
        _network.Boss.Sign(new Revoke(_network.Boss.Next.Public), _network.Checkpoint, key: _network.Boss.Next);
        Pass();
        Assert.Equal(2, Unpaid);
    }

    [Fact]
    public void Who_was_not_drawn_first_is_not_believed()
    {
        var job = Open();
        job.Unpaid(job.Result(job.Group(0, 4)[3], 0));
        job.Settle();
        Pass();
        Assert.Equal(0, Unpaid);
    }

    [Theory]
    [InlineData("with a verdict, before it")]
    [InlineData("with a verdict, after it")]
    [InlineData("late, for a bundle that was decided")]
    [InlineData("rejected")]
    public void What_was_judged_is_not_unpaid(string what)
    {
        var job = Open();
        var group = job.Group(0, 4);
        var lies = what == "rejected";
        PlayedJob.Given[] results = [.. group[..(lies ? 4 : 2)].Select((worker, rank) => job.Result(worker, 0, lies && rank == 1 ? [0, 1, 2] : null))];
        if (what == "with a verdict, before it")
            job.Unpaid(results[0]);
        _network.Close();
        job.Decide(0, results);
        foreach (var (given, rank) in results.Select((given, rank) => (given, rank)))
        {
            if (lies && rank == 1)
                job.Reject(given, results, PlayedJob.Size);
            else
                job.Accept(given, results);
        }
        if (what == "with a verdict, after it")
            job.Unpaid(results[0]);
        if (lies)
            job.Unpaid(results[1]);
        _network.Close();
        if (what == "late, for a bundle that was decided")
            job.Unpaid(job.Result(group[1], 0));
        job.Settle();
        Pass();
        Assert.Equal(0, Unpaid);
    }

    [Fact]
    public void Another_worker_s_result_is_found()
    {
        var job = Open();
        var results = Results(job);
        var lie = job.Unpaid(results[0], by: results[1]);
        _network.Close();
        var finding = Assert.Single(_network.Audit().Findings);
        Assert.Equal(lie.Hash, finding.Entry);
        Assert.Contains("another worker's result", finding.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boss_that_has_no_such_job_is_not_spoken_of()
    {
        var job = Open();
        var results = Results(job);
        var lie = job.Unpaid(results[0], about: results[1].Worker.Id);
        _network.Close();
        var finding = Assert.Single(_network.Audit().Findings);
        Assert.Equal(lie.Hash, finding.Entry);
        Assert.Contains("has handed in no job", finding.Why, StringComparison.Ordinal);
    }

    private long Unpaid
    {
        get
        {
            Assert.Empty(_network.Audit().Findings);
            return Explained().Entries.Count(entry => entry.Says == "Unpaid");
        }
    }

    private Explanation Explained()
    {
        var auditor = new Auditor(explain: _network.Boss.Id);
        foreach (var line in _network.Lines())
            Assert.True(auditor.Add(line));
        auditor.End();
        return auditor.Explanation!;
    }

    private PlayedJob Open(Epoch? last = null)
    {
        var job = new PlayedJob(_network, _network.Boss, 1, bundles: 1);
        job.Open(last);
        return job;
    }

    /// <summary>Of both that are asked at once.</summary>
    private PlayedJob.Given[] Results(PlayedJob job)
    {
        PlayedJob.Given[] results = [.. job.Group(0, 2).Select(worker => job.Result(worker, 0))];
        _network.Close();
        return results;
    }

    private void Pass()
    {
        for (ulong i = 0; i <= Receipt.Grace + 2; i++)
            _network.Close();
    }
}
