using AkkaCompute.Domain.Entries;
using static AkkaCompute.Domain.Tests.Audit.Violations;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Ranks that were passed over: whose word for that must be on record, and till when.</summary>
public sealed class PassedRankTests
{
    [Fact]
    public void Ranks_that_were_passed_over_without_a_word()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 6);
        var results = Results(network, job, group[3], group[5]); // the last two trusted ones
        foreach (var given in results)
            job.Accept(given, results);
        network.Close();
        Assert.Empty(network.Audit().Findings); // a decline may still come
        network.Close();
        network.Close();
        Found(network, "was passed over");
    }

    /// <summary>The keeper of the delegate's chain is away, while results come into the chains of their workers, and the decision is seen.</summary>
    [Fact]
    public void The_word_on_ranks_that_were_passed_over_may_come_much_later_with_the_verdicts()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 6);
        var results = Results(network, job, group[3], group[5]);
        for (var i = 0; i < 10; i++)
            network.Close();
        Assert.Empty(network.Audit().Findings);
        foreach (var silent in group[..3].Append(group[4]))
            job.Expire(0, silent.Id);
        foreach (var given in results)
            job.Accept(given, results);
        for (var i = 0; i < 4; i++)
            network.Close();
        Assert.Empty(network.Audit().Findings);
    }

    [Fact]
    public void Ranks_that_have_passed_may_be_passed_over()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 6);
        foreach (var busy in group[..3].Append(group[4]))
            busy.Sign(new Decline(job.Id, 0, 0, job.Roster.Epoch), network.Checkpoint);
        var results = Results(network, job, group[3], group[5]);
        foreach (var given in results)
            job.Accept(given, results);
        network.Close();
        network.Close();
        network.Close();
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(0, network.Audit().Vouches); // and earns nothing
    }
}
