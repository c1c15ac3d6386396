using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What somebody appends to a true export: its figures are those of the file before, and what came is said apart.</summary>
public sealed class TailTests
{
    private readonly Network _network = new(credits: 100);
    private readonly List<byte[]> _true;

    public TailTests()
    {
        var job = new PlayedJob(_network, _network.Boss, 1, 1);
        job.Open();
        job.PlayBundle(0);
        _network.Close();
        _true = _network.Lines();
    }

    private static TrustedParty Keys => TrustedParty.Of(Network.Keys);

    /// <summary>Epochs that nobody signs and no link is shown for, in which more credits are made, and paid.</summary>
    private void Append(int epochs = 3)
    {
        _network.Issue(_network.Authors[1].Id, 5_000_000, key: 77);
        for (var i = 0; i < epochs; i++)
            _network.Close(1, 2);
    }

    [Fact]
    public void Figures_end_with_the_last_record_that_is_vouched_for()
    {
        var before = Network.Audit(_true, Keys);
        Assert.Equal((AuditVerdict.True, null), (before.Verdict, before.Tail));
        Append();
        var after = _network.Audit(Keys);
        Assert.Equal(AuditVerdict.Unvouched, after.Verdict);
        Assert.Equal(before.TrueUpTo, after.TrueUpTo);
        Assert.Equal(before.Kinds, after.Kinds);
        Assert.Equal(before.Credits.Balances, after.Credits.Balances);
        Assert.Equal(Figures(before), Figures(after));
        var tail = after.Tail!;
        Assert.Equal((_true.Count + 1, _network.Lines().Count - _true.Count), (tail.FirstLine, tail.Lines));
        Assert.Equal((5_000_000, 0, _network.Roster.Epoch), (tail.Issued, tail.Paid, tail.Epoch));

        // Who trusts nobody sees all of it: whether it is what happened, is another question.
        Assert.Equal((AuditVerdict.Consistent, before.Credits.Issued + 5_000_000), (_network.Audit().Verdict, _network.Audit().Credits.Issued));

        static object Figures(AuditReport report) => (
            (report.Lines, report.Epoch, report.Record, report.Degraded, report.Members, report.Authors, report.Chains),
            (report.Banned, report.OpenJobs, report.OpenBundles, report.Vouches, report.Rewards, report.Pairs),
            (report.TrustRoot, report.Credits.Issued, report.Credits.Free, report.Credits.Held, report.Credits.Paid, report.FindingCount));
    }

    [Fact]
    public void A_record_that_is_vouched_for_vouches_for_all_before_it()
    {
        Append(1);
        for (var i = 0; i < 4; i++)
            _network.Close(); // nodes that were silent are back
        var report = _network.Audit(Keys);
        Assert.Equal((AuditVerdict.True, null), (report.Verdict, report.Tail));
        Assert.Equal(800 - 100 + 5_000_000, report.Credits.Issued);
    }

    [Fact]
    public void Without_a_record_that_is_vouched_for_there_are_no_figures()
    {
        var report = Network.Audit(_true, TrustedParty.Of(default(Hash256)));
        Assert.Equal((AuditVerdict.Untrusted, 0L, 0L, Epoch.None), (report.Verdict, report.Lines, report.Credits.Issued, report.Epoch));
        Assert.Equal((1, _true.Count, 700), (report.Tail!.FirstLine, report.Tail.Lines, report.Tail.Issued));
    }

    [Fact]
    public void A_record_that_is_trusted_by_its_hash_is_the_end()
    {
        var before = Network.Audit(_true);
        Append();
        var report = _network.Audit(TrustedParty.Of(before.Record));
        Assert.Equal((AuditVerdict.Unvouched, before.Record, before.Credits.Issued), (report.Verdict, report.Record, report.Credits.Issued));
    }

    [Fact]
    public void What_is_wrong_in_the_tail_is_said_of_the_tail()
    {
        _network.Authors[2].Sign(new Issuance(_network.Boss.Id, Some.Hash(5), 7), _network.Checkpoint);
        Append();
        var report = _network.Audit(Keys);
        Assert.Equal((AuditVerdict.Unvouched, 0), (report.Verdict, report.FindingCount));
        Assert.Equal(1, report.Tail!.FindingCount);
        Assert.Contains("no cluster node", Assert.Single(report.Tail.Findings).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tail_that_is_broken_is_a_violation_and_the_figures_end_before_the_epoch_that_it_breaks()
    {
        var before = Network.Audit(_true, Keys);
        var report = Network.Audit([.. _true, "hello"u8.ToArray()], Keys);
        Assert.Equal(
            (AuditVerdict.Violated, new Epoch(before.Epoch.Number - 1), before.Credits.Issued), (report.Verdict, report.TrueUpTo!.Value, report.Credits.Issued));
        Assert.Equal(FindingKind.Broken, Assert.Single(report.Tail!.Findings).Kind);
    }

    /// <summary>Who would convict an honest node appends empty epochs; a node that broke its word, one that has the entry.</summary>
    [Fact]
    public void A_tail_neither_convicts_a_node_by_its_receipts_nor_clears_it()
    {
        var now = _network.Roster.Epoch;
        var lost = Receipt.Sign(Some.Key(1), Some.Hash(77), now);
        var late = _network.Issue(_network.Boss.Id, 5, key: 78);
        var broken = Receipt.Sign(Some.Key(1), late.Hash, new Epoch(now.Number - 2));
        Append();
        var auditor = new Auditor(Keys, receipts: [lost, broken]);
        foreach (var line in _network.Lines())
            Assert.True(auditor.Add(line));
        var report = auditor.End();
        Assert.Equal(late.Hash, Assert.Single(report.Findings).Entry);
        Assert.True(report.HasViolation);
    }

    [Fact]
    public void An_explanation_ends_there_too()
    {
        Append();
        var auditor = new Auditor(Keys, _network.Authors[1].Id);
        foreach (var line in _network.Lines())
            Assert.True(auditor.Add(line));
        auditor.End();
        Assert.DoesNotContain(auditor.Explanation!.Movements, moved => moved.Amount == 5_000_000);
        Assert.NotEmpty(auditor.Explanation.Movements);
    }
}
