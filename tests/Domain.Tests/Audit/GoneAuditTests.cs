using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Tests.Audit.Violations;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What the records say of workers that accepted a lease and answered nothing.</summary>
public sealed class GoneAuditTests
{
    /// <summary>Of quorum(2, 4) the ranks 0 and 1 earn: rank 1 has worked, and so has rank 3.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public void Too_many_that_are_gone_leave_an_attempt_paid_and_worth_no_standing(int gone, int vouches)
    {
        var (network, job) = Opened();
        var group = job.Group(0, 4);
        Expire(job, group[0].Id, GoneBy(job, group[0], 1));
        Expire(job, group[2].Id, gone == 2 ? GoneBy(job, group[2], 2) : null);
        var results = Results(network, job, group[1], group[3]);
        foreach (var given in results)
            job.Accept(given, results);
        network.Close();
        network.Close();
        network.Close();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(vouches, report.Vouches);
        Assert.Equal(2 * job.Pay, (long)report.Credits.Paid);
        Assert.Equal(1, report.Gone[Some.Key(1).NodeId]);
        Assert.Equal(gone - 1, report.Gone.GetValueOrDefault(Some.Key(2).NodeId));
    }

    [Theory]
    [InlineData("no cluster node")]
    [InlineData("not signed by")]
    public void A_word_that_no_gateway_gave_is_named_and_counts_for_nothing(string why)
    {
        var (network, job) = Opened();
        var group = job.Group(0, 4);
        var forged = why == "not signed by" ? GoneBy(job, group[1], 1) : Gone.Sign(Some.Key(77), job.Id, 0, 0, job.Roster.Epoch, group[0].Id);
        Expire(job, group[0].Id, forged);
        network.Close();
        Found(network, why);
        Assert.Empty(network.Audit().Gone);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_accepted_lease_that_ran_out_counts_against_its_worker(bool accepted)
    {
        var (network, job) = Opened();
        var group = job.Group(0, 4);
        job.Sign(new Expired(job.Id, 0, 0, job.Roster.Epoch, group[0].Id) { Accepted = accepted });
        job.Sign(new Expired(job.Id, 0, 0, job.Roster.Epoch, group[0].Id) { Accepted = accepted }); // once
        job.Sign(new Expired(job.Id, 0, 0, job.Roster.Epoch, group[3].Id) { Accepted = accepted }); // a rank that earns nothing
        network.Close();
        var auditor = new Auditor(explain: group[0].Id);
        var other = new Auditor(explain: group[3].Id);
        foreach (var line in network.Lines())
            Assert.True(auditor.Add(line) & other.Add(line));
        Assert.Empty(auditor.End().Findings);
        Assert.Equal(accepted ? 1 : 0, auditor.Explanation!.Entries.Count);
        Assert.All(auditor.Explanation.Entries, entry => Assert.Equal(("unanswered", 0, network.Boss.Id), (entry.Says, entry.Rank, entry.By)));
        Assert.Empty(other.Explanation!.Entries);
    }

    private static void Expire(PlayedJob job, NodeId worker, Gone? gone) =>
        job.Sign(new Expired(job.Id, 0, 0, job.Roster.Epoch, worker) { Gone = gone });

    private static Gone GoneBy(PlayedJob job, Author worker, int node) =>
        Gone.Sign(Some.Key(node), job.Id, 0, 0, job.Roster.Epoch, worker.Id);
}
