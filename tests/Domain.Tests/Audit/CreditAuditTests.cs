using AkkaCompute.Domain.Audit;
using AkkaCompute.Domain.Ledger;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What an audit says of credits: where they went, the least that was issued, and what comes from nowhere.</summary>
public sealed class CreditAuditTests
{
    [Fact]
    public void Accounts_and_escrows_come_to_nothing_together_and_what_was_issued_at_least_is_known()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1);
        job.Play();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        var credits = report.Credits;
        Assert.Equal(100, credits.Escrowed);
        Assert.Equal(4 * PlayedJob.Pay, credits.Paid);
        Assert.Equal(new AccountMoves(-credits.Paid, -100), credits.Accounts[network.Boss.Id]);
        Assert.Equal(0, credits.Accounts.Values.Sum(account => account.Balance));
        Assert.Equal(100, credits.Needed); // all of the escrow had to be there before a part of it came back
        Assert.Equal(4 * PlayedJob.Pay, credits.Accounts.Where(one => one.Key != network.Boss.Id).Sum(one => one.Value.Balance));
    }

    [Fact]
    public void What_was_earned_and_is_given_at_once_needs_no_issue()
    {
        var (network, job, results) = Decided();
        var rich = results[0].Worker;
        job.Accept(results[0], results, pay: 100);
        // The same epoch covers both, as chains know no order between them.
        new PlayedJob(network, rich, 2, bundles: 1).Open();
        for (var epoch = 0; epoch < 4; epoch++)
            network.Close();
        var credits = network.Audit().Credits;
        Assert.Equal(new AccountMoves(0, 0), credits.Accounts[rich.Id]);
        Assert.Equal(100, credits.Needed);
    }

    [Fact]
    public void An_open_job_holds_its_escrow()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Open();
        var credits = network.Audit().Credits;
        Assert.True(credits.IsConserved);
        Assert.Equal((100, 1, -100), (credits.Held, credits.Jobs, credits.Accounts[network.Boss.Id].Balance));
    }

    [Theory]
    [InlineData(0)] // the file ends before its time is over
    [InlineData(4)]
    public void Pay_from_nowhere_is_named_with_the_verdict_that_went_over(int epochs)
    {
        var (network, job, results) = Decided();
        var fine = job.Accept(results[0], results, pay: 100);
        var over = job.Accept(results[1], results, pay: 1);
        for (var epoch = 0; epoch <= epochs; epoch++)
            network.Close();
        var finding = Assert.Single(network.Audit().Findings);
        Assert.Equal(over.Hash, finding.Entry);
        Assert.NotEqual(fine.Hash, finding.Entry);
        Assert.Contains("more was paid than was put in escrow", finding.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_settlement_that_does_not_add_up_gives_nothing_back()
    {
        var (network, job, results) = Decided();
        job.Accept(results[0], results);
        job.Settle(refund: 98);
        network.Close();
        var report = network.Audit();
        Assert.Contains("101 together, but 100 were put in escrow", Assert.Single(report.Findings).Why, StringComparison.Ordinal);
        Assert.Equal((0, 97), (report.Credits.Refunded, report.Credits.Held));
        Assert.True(report.Credits.IsConserved);
    }

    [Fact]
    public void No_file_makes_a_sum_overflow()
    {
        var (network, job, _) = Decided();
        for (var page = 1; page <= (CreditFold.MaxSum / Credits.Max) + 1; page++)
            network.Boss.Sign(job.Page(page, page * PlayedJob.Size, page) with { Escrow = Credits.Max }, network.Checkpoint, job.Sub);
        network.Close();
        Assert.Contains(network.Audit().Findings, found => found.Why.Contains("more would be over", StringComparison.Ordinal));
    }

    private static (Network Network, PlayedJob Job, PlayedJob.Given[] Results) Decided()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, bundles: 1);
        job.Open(budget: Credits.Max); // of the delegate: its chain does not see what pages put in escrow
        PlayedJob.Given[] results = [.. job.Group(0, 2).Select(worker => job.Result(worker, 0))];
        network.Close();
        job.Decide(0, results);
        return (network, job, results);
    }
}
