using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Credits in an export: what makes and moves them, and what can't be.</summary>
public sealed class CreditViolationTests
{
    [Fact]
    public void Every_account_is_known_and_the_sum_is_what_was_issued()
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1);
        job.Play();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        var credits = report.Credits;
        var issued = network.Credits * network.Authors.Length;
        Assert.Equal(issued, credits.Issued);
        Assert.Equal(issued, credits.Free);
        Assert.Equal((0, 0, 0), (credits.Held, credits.Unfunded, credits.Jobs));
        Assert.True(credits.IsConserved);
        Assert.Equal(network.Credits - job.Paid, credits.BalanceOf(network.Boss.Id));
        Assert.Equal(job.Paid, credits.Paid);
        // Boss by boss and worker by worker: who was paid has it.
        Assert.Equal(job.Paid, network.Authors.Where(author => author != network.Boss).Sum(author => (long)credits.BalanceOf(author.Id) - network.Credits));
    }

    [Fact]
    public void What_a_newcomer_gets_less_is_the_pools()
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1, 1);
        job.Open();
        job.PlayBundle(0);
        job.Settle(refund: job.Escrow - job.Paid - 7, pool: 7);
        network.Close();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(7, report.Credits.BalanceOf(AccountProtocol.Pool));
        Assert.True(report.Credits.IsConserved);
    }

    [Fact]
    public void An_escrow_of_an_open_job_is_held()
    {
        var network = new Network(credits: 100);
        new PlayedJob(network, network.Boss, 1).Open();
        var credits = network.Audit().Credits;
        Assert.Equal((100, 0, 1), (credits.Held, credits.BalanceOf(network.Boss.Id), credits.Jobs));
        Assert.True(credits.IsConserved);
    }

    /// <summary>Its account has it again; the records must not hold it for ever, or they would blame a boss that spends it.</summary>
    [Fact]
    public void An_escrow_that_nobody_can_settle_any_more_is_the_boss_s_again()
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1, 1);
        var last = network.Roster.Epoch.Number + 3;
        job.Open(last: new(last));
        job.PlayBundle(0);
        while (network.Roster.Epoch.Number < last + Receipt.Grace)
            network.Close();
        Assert.Equal((100 - job.Paid, 0), (network.Audit().Credits.Held, network.Audit().Credits.BalanceOf(network.Boss.Id)));
        network.Close();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal((0, 100 - job.Paid, 0), (report.Credits.Held, report.Credits.BalanceOf(network.Boss.Id), report.Credits.Jobs));
        Assert.True(job.Paid > 0 && report.Credits.IsConserved);
    }

    [Fact]
    public void A_c_node_that_issues_credits()
    {
        var network = new Network(credits: 100);
        var entry = network.Boss.Sign(new Issuance(network.Authors[1].Id, Some.Hash(7), 50), network.Checkpoint);
        network.Close();
        var report = network.Audit();
        Assert.Equal(entry.Hash, Found(report, "is no cluster node").Entry);
        Assert.Equal(network.Credits, report.Credits.BalanceOf(network.Authors[1].Id));
        Assert.True(report.Credits.IsConserved);
    }

    [Fact]
    public void The_same_issue_again_makes_nothing()
    {
        var network = new Network(credits: 100);
        network.Issue(network.Boss.Id, network.Credits);
        network.Close();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(network.Credits, report.Credits.BalanceOf(network.Boss.Id));
    }

    [Fact]
    public void The_same_key_with_another_amount()
    {
        var network = new Network(credits: 100);
        var entry = network.Issue(network.Boss.Id, 1_000);
        network.Close();
        var report = network.Audit();
        Assert.Equal(entry.Hash, Found(report, "amount: 1000, but 100 were issued").Entry);
        Assert.Equal(network.Credits, report.Credits.BalanceOf(network.Boss.Id));
    }

    [Fact]
    public void More_credits_than_there_may_be()
    {
        var network = new Network(credits: 100);
        var entry = network.Issue(network.Boss.Id, Credits.Max, key: 2);
        network.Close();
        Assert.Equal(entry.Hash, Found(network.Audit(), $"is over {Credits.Max}").Entry);
    }

    /// <summary>Neither before it is named nor after: who writes that it pays a friend from what it has not got makes nobody rich.</summary>
    [Fact]
    public void An_escrow_from_nowhere_moves_nothing()
    {
        var network = new Network(credits: 100);
        new PlayedJob(network, network.Boss, 1).Open();
        var second = new PlayedJob(network, network.Boss, 2, 1);
        second.Open();
        second.PlayBundle(0);
        second.Settle();
        var report = network.Audit();
        AssertNothingMoved(report);
        Assert.Empty(report.Findings); // what it was paid may be on its way into a record
        network.Close();
        network.Close();
        network.Close();
        report = network.Audit();
        AssertNothingMoved(report);
        var finding = Found(report, $"escrow: 100, but the account {network.Boss.Id} has 0");
        Assert.Equal(second.Handed!.Hash, finding.Entry);
        Assert.Equal(1, report.FindingCount); // once, not in every epoch

        void AssertNothingMoved(AuditReport report)
        {
            var credits = report.Credits;
            Assert.Equal((1, 100, 100, 0, 0), (credits.Unfunded, credits.Escrowed, credits.Held, credits.BalanceOf(network.Boss.Id), credits.Paid));
            Assert.All(network.Authors.Where(author => author != network.Boss), author => Assert.Equal(network.Credits, credits.BalanceOf(author.Id)));
            Assert.True(credits.IsConserved);
        }
    }

    /// <summary>Its own pay, what it is paid from, and the settlement come in before what covers them: all of it counts then.</summary>
    [Fact]
    public void An_escrow_that_is_covered_a_little_later()
    {
        var network = new Network(credits: 100);
        new PlayedJob(network, network.Boss, 1).Open();
        var second = new PlayedJob(network, network.Boss, 2, 1);
        second.Open();
        second.PlayBundle(0);
        second.Settle();
        network.Close();
        Assert.Equal(0, network.Audit().Credits.Paid);
        network.Issue(network.Boss.Id, 100, key: 2);
        for (var i = 0; i < 5; i++)
            network.Close();
        var report = network.Audit();
        Assert.All(report.Findings, finding => Assert.Contains("escrow: 100", finding.Why, StringComparison.Ordinal));
        Assert.Equal((0, 200, 100, second.Paid, 100 - second.Paid), (report.Credits.Unfunded, report.Credits.Escrowed, report.Credits.Held, report.Credits.Paid, report.Credits.Refunded));
        Assert.Equal(100 - second.Paid, report.Credits.BalanceOf(network.Boss.Id));
        Assert.True(second.Paid > 0 && report.Credits.IsConserved);
    }

    /// <summary>Each boss is paid by the next one's job, and the last one gets what covers them all: one after the other, not one within the other.</summary>
    [Fact]
    public void Escrows_that_cover_one_another()
    {
        var network = new Network(credits: 100);
        var (boss, other) = (network.Boss, network.Authors.First(author => author != network.Boss));
        new PlayedJob(network, other, 1).Open(); // it has nothing left
        var unfunded = new PlayedJob(network, other, 2);
        unfunded.Open();
        Assert.Equal(1, network.Audit().Credits.Unfunded);
        var paying = new PlayedJob(network, boss, 3, 1) { Pay = 100 };
        paying.Open();
        paying.Sign(new Accept(paying.Id, other.Id, paying.Result(other, 0).Entry.Hash, PlayedJob.Size, "quorum(2, 4)", [], 100));
        network.Close();
        var credits = network.Audit().Credits;
        Assert.Equal((0, 0, 200), (credits.Unfunded, credits.BalanceOf(other.Id), credits.Held));
        Assert.True(credits.IsConserved);
    }

    [Fact]
    public void An_escrow_that_is_never_covered_is_forgotten_when_nobody_can_settle_it()
    {
        var network = new Network(credits: 100);
        new PlayedJob(network, network.Boss, 1).Open();
        var last = network.Roster.Epoch.Number + 3;
        new PlayedJob(network, network.Boss, 2).Open(last: new(last));
        while (network.Roster.Epoch.Number < last + Receipt.Grace)
            network.Close();
        Assert.Equal(1, network.Audit().Credits.Unfunded);
        network.Close();
        network.Issue(network.Boss.Id, 100, key: 2);
        network.Close();
        var credits = network.Audit().Credits;
        Assert.Equal((0, 100, 100), (credits.Unfunded, credits.Held, credits.BalanceOf(network.Boss.Id)));
    }

    [Fact]
    public void Pay_that_was_not_put_in_escrow()
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1, 1) { Pay = 60 };
        job.Open(budget: 1_000);
        var entries = job.PlayBundle(0);
        var report = network.Audit();
        var finding = Found(report, "pay: 60, but 40 are left of the 100");
        Assert.Equal(entries[1].Hash, finding.Entry);
        Assert.Equal(60, report.Credits.Paid);
        Assert.True(report.Credits.IsConserved);
    }

    [Theory]
    [InlineData(93L, 0L, "99 together, but 100 were put in escrow")]
    [InlineData(95L, 0L, "101 together, but 100 were put in escrow")]
    [InlineData(94L, 1L, "101 together, but 100 were put in escrow")]
    public void A_settlement_that_does_not_add_up(long refund, long pool, string why)
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1, 1);
        job.Open(budget: 1_000);
        job.PlayBundle(0);
        var entry = job.Settle(refund, pool);
        network.Close();
        var report = network.Audit();
        Assert.Equal(entry.Hash, Found(report, why).Entry);
        Assert.Equal((0, 94), (report.Credits.Refunded, report.Credits.Held)); // it moves nothing
        Assert.True(report.Credits.IsConserved);
    }

    [Fact]
    public void A_settlement_that_says_another_pay()
    {
        var network = new Network(credits: 100);
        var job = new PlayedJob(network, network.Boss, 1, 1);
        job.Open();
        job.PlayBundle(0);
        job.Paid--;
        var entry = job.Settle();
        network.Close();
        var report = network.Audit();
        Assert.True(report.IsBroken); // no chain takes it
        Assert.Equal(entry.Hash, report.Findings[0].Entry);
    }

    private static AuditFinding Found(AuditReport report, string what)
    {
        Assert.Equal(AuditVerdict.Consistent, report.Verdict);
        Assert.False(report.IsBroken);
        Assert.Contains(what, report.Findings[0].Why, StringComparison.Ordinal);
        return report.Findings[0];
    }
}
