using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Tests.Entries;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Receipts that authors have kept, against the records.</summary>
public sealed class ReceiptAuditTests
{
    private static readonly Lazy<(List<byte[]> Lines, Entry Kept, Epoch End)> _export = new(() =>
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        network.Close();
        network.Close();
        var kept = network.Journal.OfType<ChainProtocol.EntriesAppended>().SelectMany(appended => appended.Entries).Last();
        Assert.True(Entry.TryParse(kept.Span, out var entry, out _));
        return (network.Lines(), entry, network.Roster.Epoch);
    });

    private static AuditReport Audit(params Receipt[] receipts)
    {
        var auditor = new Auditor(receipts: receipts);
        foreach (var line in _export.Value.Lines)
            Assert.True(auditor.Add(line));
        return auditor.End();
    }

    [Fact]
    public void A_word_that_was_kept_convicts_nobody()
    {
        var report = Audit(Receipt.Sign(Some.Key(1), _export.Value.Kept.Hash, new Epoch(1)));
        Assert.Empty(report.Findings);
        Assert.Equal((1, 0), (report.Receipts, report.WorthlessReceipts));
    }

    [Fact]
    public void A_word_for_an_entry_that_is_in_no_record_convicts_its_node_when_two_epochs_have_gone_by()
    {
        var (lost, end) = (Some.Hash(77), _export.Value.End.Number);
        var finding = Assert.Single(Audit(Receipt.Sign(Some.Key(1), lost, new Epoch(end - 2))).Findings);
        Assert.Equal((FindingKind.Violation, lost), (finding.Kind, finding.Entry));
        Assert.Contains($"its node {Some.Key(1).NodeId} gave its word in epoch {end - 2}", finding.ToString(), StringComparison.Ordinal);
        Assert.Empty(Audit(Receipt.Sign(Some.Key(1), lost, new Epoch(end - 1))).Findings); // it still has time
        // Each node that gave its word is convicted by it.
        Assert.Equal(2, Audit(Receipt.Sign(Some.Key(1), lost, new Epoch(1)), Receipt.Sign(Some.Key(2), lost, new Epoch(1))).Findings.Count);
    }

    [Fact]
    public void What_no_node_of_the_records_has_signed_proves_nothing()
    {
        var report = Audit(Receipt.Sign(Sample.Key(71), Some.Hash(77), new Epoch(1)));
        Assert.Empty(report.Findings);
        Assert.Equal((1, 1), (report.Receipts, report.WorthlessReceipts));
        // In the name of a node, and not signed by it.
        var forged = Jws.Sign(Sample.Key(71), System.Text.Encoding.ASCII.GetBytes(
            $"{{\"iss\":\"{Some.Key(1).NodeId}\",\"receipt\":\"{Some.Hash(77)}\",\"epoch\":1}}"));
        Assert.True(Receipt.TryParse(forged, out var receipt, out _));
        Assert.Equal(1, Audit(receipt).WorthlessReceipts);
        Assert.Empty(Audit(receipt).Findings);
    }
}
