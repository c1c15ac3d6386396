using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Histories in which c-nodes change their keys, rightly and wrongly.</summary>
public sealed class RotationAuditTests
{
    [Fact]
    public void Workers_and_a_boss_go_on_with_their_next_keys()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        for (var job = 2; job <= 3; job++)
        {
            foreach (var author in network.Authors)
                author.Rotate(network.Checkpoint);
            network.Announce(network.Authors);
            network.Close();
            new PlayedJob(network, network.Boss, job).Play();
        }
        network.Close();
        var report = network.Audit(TrustedParty.Of(Network.Keys));
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.Equal(12, report.Vouches);
    }

    [Fact]
    public void A_result_by_a_key_that_the_drawing_roster_does_not_have_counts_for_nothing()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, bundles: 1);
        job.Open();
        var group = job.Group(0, 2);
        group[0].Rotate(network.Checkpoint); // while its bundle is out
        network.Announce(network.Authors);
        PlayedJob.Given[] results = [.. group.Select(worker => job.Result(worker, 0))];
        network.Close();
        job.Decide(0, results);
        var accept = job.Accept(results[0], results);
        network.Close();
        var report = network.Audit();
        Assert.Equal(AuditVerdict.Consistent, report.Verdict);
        Assert.Equal(results[0].Entry.Hash, report.Findings[0].Entry);
        Assert.Contains("has its first key", report.Findings[0].Why, StringComparison.Ordinal);
        Assert.Contains(report.Findings, found => found.Entry == accept.Hash);
        Assert.Equal(0, report.Vouches);
    }

    [Fact]
    public void A_result_by_the_old_key_counts_for_nothing()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        var job = new PlayedJob(network, network.Boss, 2, bundles: 1);
        job.Open();
        var worker = job.Group(0, 1)[0];
        job.Result(worker, 0); // opens its session
        network.Close();
        worker.Rotate(network.Checkpoint);
        network.Announce(network.Authors);
        network.Close();
        var late = worker.Sign(new Result(job.Id, 0, 0, network.Roster.Epoch, 0, PlayedJob.Size, default), network.Checkpoint, worker.LastSession, Sample.Key(worker.Number));
        network.Close();
        var report = network.Audit();
        Assert.False(report.IsBroken); // its keeper may have had it before, and its head came late
        Assert.Equal(late.Hash, Assert.Single(report.Findings).Entry);
        Assert.Contains("was replaced by entry", report.Findings[0].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_key_that_the_chain_never_had_is_a_violation(bool isNext)
    {
        var network = new Network();
        var worker = network.Authors[3];
        // Not even the one that it has committed to, before it has taken over.
        var key = isNext ? worker.Next.Public : Sample.Key(77).Public;
        Assert.StartsWith($"joined: {worker.Id} is in the roster with the key {key}", Violated(network, worker, key), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_a_revocation_signs_nothing_else()
    {
        var network = new Network();
        var worker = network.Authors[3];
        var last = worker.Next;
        worker.Sign(new Revoke(last.Public), network.Checkpoint, key: last);
        network.Close();
        Assert.Contains("no such key", Violated(network, worker, last.Public), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_key_that_had_ended_does_not_come_back(bool revoked)
    {
        var network = new Network();
        var worker = network.Authors[3];
        network.Announce(network.Authors.Except([worker]));
        if (revoked)
            worker.Sign(new Revoke(worker.Next.Public), network.Checkpoint, key: worker.Next);
        else
            worker.Rotate(network.Checkpoint);
        var ended = network.Close().Record.Number;
        for (var i = 0; i < 3; i++)
            network.Close();
        Assert.Empty(network.Audit().Findings);
        network.Announce(network.Authors, author => author == worker ? null : author.Rotated);
        network.Close();
        var report = network.Audit();
        Assert.False(report.IsBroken);
        Assert.Contains($"with its first key, which ended in epoch {ended}", Assert.Single(report.Findings).Why, StringComparison.Ordinal);
    }

    /// <summary>Rosters may be ahead of the records that cover a rotation, and name the old key a little longer.</summary>
    [Fact]
    public void Within_the_grace_both_keys_may_stand()
    {
        var network = new Network();
        var worker = network.Authors[3];
        var next = worker.Next.Public;
        network.Announce(network.Authors, author => author == worker ? next : author.Rotated);
        network.Close();
        worker.Rotate(network.Checkpoint);
        network.Close();
        network.Announce(network.Authors, author => author == worker ? null : author.Rotated);
        network.Close();
        network.Announce(network.Authors);
        for (var i = 0; i < 4; i++)
            network.Close();
        Assert.Empty(network.Audit().Findings);
    }

    private static string Violated(Network network, Author worker, PublicKey key)
    {
        network.Announce(network.Authors, author => author == worker ? key : author.Rotated);
        for (var i = 0; i < 4; i++)
            network.Close();
        var report = network.Audit();
        Assert.Equal((false, true), (report.IsBroken, report.HasViolation));
        Assert.Null(network.LiveBreak);
        return Assert.Single(report.Findings).Why;
    }
}
