using AkkaCompute.Domain.Audit.Judging;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Tests.Audit.Violations;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Results and declines in an export that nobody asked for, or that never came in: what is named, and whom it crowds out.</summary>
public sealed class ResultViolationTests
{
    [Fact]
    public void A_worker_that_was_not_drawn()
    {
        var (network, job) = Opened();
        var drawn = job.Group(0, 7);
        // The boss itself has no place in any group.
        var results = Results(network, job, drawn[0], drawn[1], network.Boss);
        var accept = job.Accept(results[0], results);
        network.Close();
        var finding = Found(network, "did not draw its author");
        Assert.Equal(results[2].Entry.Hash, finding.Entry);
        Assert.Contains("cites", Assert.Single(network.Audit().Findings, found => found.Entry == accept.Hash).Why, StringComparison.Ordinal);
    }

    /// <summary>The job took it for a result. It has decided on it and paid for it, and no record will ever have it.</summary>
    [Fact]
    public void A_result_that_its_worker_never_brought_in()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 2);
        var good = job.Result(group[0], 0);
        network.Close();
        var never = NeverBroughtIn(group[1]);
        PlayedJob.Given[] results = [good, never];
        job.Decide(0, results);
        Entry[] accepts = [.. results.Select(given => job.Accept(given, results))];
        job.Settle();
        for (var i = 0; i < 4; i++)
            network.Close();
        var report = network.Audit();
        Assert.Equal(AuditVerdict.Consistent, report.Verdict);
        Assert.Equal(0, report.Vouches);
        Assert.Equal(accepts.Select(accept => (Hash256?)accept.Hash).Order(), report.Findings.Select(finding => finding.Entry).Order());
        Assert.All(report.Findings, finding => Assert.Contains("is in no chain when the job is over: the verdict counts for nothing", finding.Why, StringComparison.Ordinal));

        PlayedJob.Given NeverBroughtIn(Author worker)
        {
            var (salt, session) = (new BundleSalt(Some.Hash(7)), worker.Sign(new Open(null), network.Checkpoint));
            Hash256?[] digests = [.. Enumerable.Range(0, PlayedJob.Size).Select(i => PlayedJob.Digest(0, i, 0))];
            var root = ResultBatch.Build(worker.Id, 0, 0, salt, digests).Root;
            var place = new EntryPlace(worker.Id, session.Place.Seq, 1, session.Hash, network.Checkpoint);
            return new(worker, Entry.Sign(worker.Key, place, new Result(job.Id, 0, 0, job.Roster.Epoch, 0, PlayedJob.Size, root)), salt, digests);
        }
    }

    [Fact]
    public void Results_that_nobody_asked_for_crowd_out_none_that_somebody_did()
    {
        var (network, job) = Opened();
        for (var i = 0; i < BundleAudit.MaxResults; i++)
            job.Result(network.Boss, 0); // the boss has no place in any group
        network.Close();
        var results = Results(network, job, job.Group(0, 2));
        foreach (var given in results)
            job.Accept(given, results);
        network.Close();
        var report = network.Audit();
        Assert.Equal(2, report.Vouches);
        Assert.Equal(2, report.Findings.Count(finding => finding.Why.Contains("results are signed for it", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_who_was_drawn_and_signs_many_results_crowds_out_nobody_else()
    {
        var (network, job) = Opened();
        var group = job.Group(0, 3);
        for (var i = 0; i < BundleAudit.MaxResults; i++)
            job.Result(group[2], 0);
        network.Close();
        var results = Results(network, job, group[0], group[1]);
        foreach (var given in results)
            job.Accept(given, results);
        network.Close();
        Assert.Equal(2, network.Audit().Vouches);
    }

    [Fact]
    public void Declines_that_nobody_asked_for_crowd_out_none_that_somebody_did()
    {
        var (network, job) = Opened();
        for (var i = 0; i < BundleAudit.MaxResults; i++)
        {
            var stranger = network.Come(20 + i);
            stranger.Declare("", network.Rules.AdmissionBits);
            stranger.Sign(new Decline(job.Id, 0, 0, job.Roster.Epoch), network.Checkpoint);
        }
        network.Close();
        var group = job.Group(0, 6);
        foreach (var busy in group[..3].Append(group[4]))
            busy.Sign(new Decline(job.Id, 0, 0, job.Roster.Epoch), network.Checkpoint);
        var results = Results(network, job, group[3], group[5]);
        foreach (var given in results)
            job.Accept(given, results);
        for (var i = 0; i < 4; i++)
            network.Close();
        Assert.Empty(network.Audit().Findings);
    }

    [Fact]
    public void A_result_for_a_bundle_that_no_epoch_drew()
    {
        var (network, job) = Opened();
        job.Result(job.Group(0, 1)[0], 5);
        network.Close();
        Found(network, "did not draw it");
    }
}
