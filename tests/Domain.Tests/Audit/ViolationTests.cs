using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What somebody may write into a history that holds otherwise: each is found, named, and counts for nothing.</summary>
public sealed class ViolationTests
{
    private static AuditFinding Found(Network network, string what, FindingKind kind = FindingKind.Misconduct)
    {
        var report = network.Audit();
        Assert.Equal(kind == FindingKind.Misconduct ? AuditVerdict.Consistent : AuditVerdict.Violated, report.Verdict);
        Assert.Equal(kind == FindingKind.Broken, report.IsBroken);
        var first = report.Findings[0];
        Assert.Contains(what, first.Why, StringComparison.Ordinal);
        Assert.Equal(kind, first.Kind);
        return first;
    }

    private static (Network Network, PlayedJob Job) Opened(int bundles = 1, string policy = "quorum(2, 4)", Epoch? last = null, long budget = 100)
    {
        var network = new Network();
        var job = new PlayedJob(network, network.Boss, 1, bundles, policy);
        job.Open(last, budget);
        return (network, job);
    }

    private static PlayedJob.Given[] Results(Network network, PlayedJob job, params Author[] workers)
    {
        PlayedJob.Given[] results = [.. workers.Select(worker => job.Result(worker, 0))];
        network.Close();
        job.Decide(0, results);
        return results;
    }

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
