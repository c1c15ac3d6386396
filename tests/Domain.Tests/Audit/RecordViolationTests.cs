using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Trust;
using static AkkaCompute.Domain.Tests.Audit.Violations;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Rewards, chains, declarations, bans, trust and epochs in an export that do not hold.</summary>
public sealed class RecordViolationTests
{
    [Fact]
    public void A_reward_for_another_pay()
    {
        var (network, job) = Opened();
        var results = Results(network, job, job.Group(0, 2));
        var accept = job.Accept(results[0], results);
        job.Reward(results[0], accept, pay: 2);
        network.Close();
        Found(network, "pay: 2, but the accept says 3");
    }

    [Fact]
    public void Two_entries_for_one_place()
    {
        var network = new Network();
        var forked = network.Authors[2];
        var place = forked.Head(0);
        forked.Sign(new Open(null), network.Checkpoint);
        var other = Entry.Sign(forked.Key, new EntryPlace(forked.Id, 0, place.Seq + 1, place.Hash, network.Checkpoint), new Open(Sample.Job));
        forked.Unsaved.Insert(0, other);
        network.Close();
        Found(network, "a fork", FindingKind.Broken);
    }

    [Fact]
    public void A_checkpoint_of_another_history()
    {
        var (network, job) = Opened();
        var results = Results(network, job, job.Group(0, 2));
        var other = network.Checkpoint with { Hash = Some.Hash(1) };
        var accept = network.Boss.Sign(
            new Accept(job.Id, results[0].Worker.Id, results[0].Entry.Hash, PlayedJob.Size, "quorum(2, 4)", [results[1].Entry.Hash], 3), other, job.DelegateSub, job.Delegate);
        network.Close();
        Assert.Equal(accept.Hash, Found(network, "another history").Entry);
        var report = network.Audit();
        Assert.Equal((0, 0), (report.Vouches, (long)report.Credits.Paid));
        // The chain goes on, and so does everything else.
        job.Accept(results[1], results);
        network.Close();
        Assert.Equal(1, network.Audit().Vouches);
        Assert.Null(network.LiveBreak);
    }

    [Fact]
    public void A_declaration_on_another_history()
    {
        var network = new Network();
        var author = network.Come(9);
        author.Declare("", network.Rules.AdmissionBits, new Checkpoint(new Epoch(2), Some.Hash(1)));
        author.Sign(new Open(null), network.Checkpoint);
        network.Close();
        Found(network, "declare by");
        Assert.Single(network.Audit().Findings);
        Assert.Null(network.LiveBreak);
    }

    [Fact]
    public void Too_little_work_to_enter()
    {
        var network = new Network();
        var entry = network.Authors[0].Declare("wasm", bits: 0);
        var bits = ProofOfWork.Bits(ProofOfWork.Challenge(entry.Place, (Declare)entry.Claims), ((Declare)entry.Claims).Work);
        var lines = network.Lines();
        var asking = new TrustRules { AdmissionBits = bits + 10 };
        Assert.NotNull(Admission.Check(entry, asking.Admission, new Epoch(1)));
        lines[0] = ExportText.Write(new HeaderLine(asking)).ToArray();
        Assert.Contains("rules", Network.Audit(lines).Findings[0].Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_that_does_not_follow()
    {
        var network = new Network();
        Assert.False(network.Roster.SetStandings(new Epoch(2), Some.Hash(1), [new StandingChange(network.Authors[6].Id, Standing.Trusted)], network.Rules.PeriodEpochs).IsRefusal);
        network.Close();
        Found(network, "trust:", FindingKind.Broken);
    }

    [Fact]
    public void A_ban_without_a_proof()
    {
        var network = new Network();
        Assert.False(network.Roster.Ban(network.Authors[6].Id, new byte[] { 1 }).IsRefusal);
        network.Close();
        network.Close();
        network.Close();
        Found(network, "ban:", FindingKind.Violation);
        Assert.Null(network.LiveBreak);
    }

    [Fact]
    public void A_fork_bans()
    {
        var network = new Network();
        var forked = network.Authors[6];
        var kept = forked.Sign(new Open(null), network.Checkpoint);
        var other = Entry.Sign(forked.Key, kept.Place, new Open(Sample.Job));
        Assert.False(network.Roster.Ban(forked.Id, BanProofs.Write(kept.Bytes.Span, other.Bytes.Span)).IsRefusal);
        network.Close();
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(1, network.Audit().Banned);
    }

    [Fact]
    public void A_degraded_epoch_draws_for_nothing()
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, 1);
        job.Open(silent: [2]);
        job.PlayBundle(0);
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(2, report.Degraded);
        Assert.Equal(0, report.Vouches);
        Assert.Equal(0, report.Pairs);
    }

    [Fact]
    public void One_execution_earns_nothing()
    {
        var (network, job) = Opened(policy: "none");
        var results = Results(network, job, job.Group(0, 1));
        job.Accept(results[0], results);
        network.Close();
        Assert.Empty(network.Audit().Findings);
        Assert.Equal(0, network.Audit().Vouches);
    }

    [Fact]
    public void The_live_trust_is_that_of_the_audit()
    {
        var network = new Network();
        for (var i = 1; i <= 3; i++)
            new PlayedJob(network, network.Authors[i], i).Play();
        while (network.Roster.Epoch.Number % network.Rules.PeriodEpochs != 1)
            network.Close();
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.NotEqual(default, report.TrustRoot);
        Assert.Equal(network.Period!.Root, report.Period!.Root);
        Assert.Equal(network.Period.Root, report.TrustRoot);
        Assert.Equal(EigenTrust.One, report.Period.Trust.Of(report.Period.Trust.Ids));
    }
}
