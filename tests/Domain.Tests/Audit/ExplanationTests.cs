using AkkaCompute.Domain.Audit;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>What is shown of a reputation is all that it is made of.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public void Every_entry_that_counts_is_in_the_explanation_of_whom_it_speaks_of_and_no_other_is()
    {
        var network = new Network();
        new PlayedJob(network, network.Boss, 1).Play();
        var second = new PlayedJob(network, network.Authors[1], 2);
        second.Open();
        second.PlayBundle(0, liar: true);
        second.PlayBundle(1);
        second.Settle();
        for (var epoch = 0; epoch < 4; epoch++)
            network.Close();
        var lines = network.Lines();
        var report = Network.Audit(lines);
        Assert.Empty(report.Findings);

        var explained = network.Authors.Select(author => Explain(lines, author)).ToArray();
        var worker = explained.SelectMany(one => one.Entries).Where(entry => entry.Role == "worker").ToArray();
        var boss = explained.SelectMany(one => one.Entries).Where(entry => entry.Role == "boss").ToArray();
        Assert.All(explained, one => Assert.Equal(0, one.Dropped));
        Assert.Equal(report.Vouches, worker.Count(entry => entry.Weight > 0));
        Assert.Equal(report.Rewards, boss.Length);
        Assert.Equal(worker.Length + boss.Length, worker.Concat(boss).Select(entry => entry.Entry).Distinct().Count());

        // Each is an entry of the file, by whom it says, about this c-node.
        var entries = lines.Select(line => ExportText.TryRead(line, out var read, out _) ? read : null).OfType<EntryLine>().ToDictionary(line => line.Entry.Hash, line => line.Entry);
        foreach (var one in explained)
        {
            foreach (var shown in one.Entries)
            {
                var entry = entries[shown.Entry];
                Assert.Equal(shown.By, entry.Place.Issuer);
                Assert.Equal(one.NodeId, entry.Claims switch
                {
                    Accept accept => accept.Worker,
                    Reject reject => reject.Worker,
                    _ => Assert.IsType<Reward>(entry.Claims).Boss,
                });
            }
            // Its trust is that of the period, and all of those who give to it vouched for it.
            Assert.Equal(report.Period!.Trust.Of(one.NodeId), one.Trust);
            Assert.All(one.Bosses, giver => Assert.Contains(one.Entries, entry => entry.By == giver.Boss && entry.Weight > 0));
        }
        Assert.Contains(explained, one => one.Bosses.Count > 0);
    }

    private static Explanation Explain(List<byte[]> lines, Author author)
    {
        var auditor = new Auditor(explain: author.Id);
        foreach (var line in lines)
            Assert.True(auditor.Add(line));
        auditor.End();
        return auditor.Explanation!;
    }
}
