using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>Every score, entry by entry: what is explained is all that the score is made of, and nothing else.</summary>
public sealed class ExplanationTests
{
    private static readonly Lazy<Network> _played = new(() =>
    {
        var network = new Network();
        for (var i = 0; i < 3; i++)
            new PlayedJob(network, network.Authors[i], i + 1).Play();
        var last = new PlayedJob(network, network.Authors[3], 9, 1);
        last.Open();
        last.PlayBundle(0, liar: true);
        last.Settle();
        while (network.Roster.Epoch.Number % network.Rules.PeriodEpochs != 1)
            network.Close();
        return network;
    });

    [Fact]
    public void All_verdicts_that_count_are_explained_once()
    {
        var report = _played.Value.Audit();
        Assert.Empty(report.Findings);
        var explained = _played.Value.Authors.Select(author => Explain(author.Id)).ToArray();
        var asWorker = explained.SelectMany(one => one.Entries).Where(entry => entry.Role == "worker").ToArray();
        Assert.Equal(report.Vouches, asWorker.Count(entry => entry.Weight > 0));
        Assert.Equal(report.Rewards, explained.SelectMany(one => one.Entries).Count(entry => entry.Role == "boss"));
        var hashes = explained.SelectMany(one => one.Entries).Select(entry => entry.Entry).ToArray();
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.All(asWorker, entry => Assert.InRange(entry.Epoch, 1UL, report.Epoch.Number));
        Assert.Contains(asWorker, entry => entry.Says == "rejected"); // what speaks against it too
    }

    /// <summary>From the explained entries alone, with the places drawn, anybody comes to the same trust, byte by byte, in any order.</summary>
    [Fact]
    public void The_explained_entries_are_the_whole_score()
    {
        var network = _played.Value;
        var period = network.Audit().Period!;
        var explained = network.Authors.Select(author => (author.Id, Explanation: Explain(author.Id))).ToArray();
        foreach (var seed in Enumerable.Range(0, 20))
        {
            var rolling = new RollingReputation(network.Rules.Decay, network.Rules.Prior);
            var steps = explained.SelectMany(one => one.Explanation.Entries.Where(entry => entry.Role == "worker").Select(entry => (Action)(() =>
                    rolling.Add(new WorkEntry(entry.By, one.Id, entry.Epoch, entry.Says == "accepted" ? 1 : 0, entry.Says == "accepted" ? 0 : 1, Place(entry))))))
                .Concat(explained.SelectMany(one => one.Explanation.Drawn.Select(drawn => (Action)(() => rolling.Add(new DrawnWork(one.Id, drawn.Epoch.Number, drawn.Places))))))
                .ToArray();
            new Random(seed).Shuffle(steps);
            foreach (var step in steps)
                step();
            var first = network.Authors.Take(network.First).Select(author => author.Id).ToArray();
            Assert.Equal(period.Root, EigenTrust.Compute(rolling.Graph(period.Epoch.Number), first, network.Rules.BackPermille, network.Rules.Rounds).Root());
        }
        foreach (var (id, explanation) in explained)
            Assert.Equal(period.Trust.Of(id), explanation.Trust);
    }

    [Fact]
    public void The_account_is_explained_too()
    {
        var network = _played.Value;
        var credits = network.Audit().Credits;
        foreach (var author in network.Authors)
        {
            var movements = Explain(author.Id).Movements;
            Assert.Equal(credits.BalanceOf(author.Id), movements.Aggregate(Int128.Zero, (sum, moved) => sum + moved.Amount));
            Assert.Equal(credits.BalanceOf(author.Id), movements.Last().Free);
            Assert.Equal("issue", movements.First().Type);
        }
    }

    /// <summary>A place of just this weight.</summary>
    private static DrawnPlace Place(ExplainedEntry entry) =>
        new(0, entry.Rank, Math.Max(2, entry.Rank + 1), (int)entry.Weight, (int)DrawnPlace.One, CountsEpoch: true);

    private static Explanation Explain(Domain.Ground.NodeId id)
    {
        var auditor = new Auditor(explain: id);
        foreach (var line in _played.Value.Lines())
            Assert.True(auditor.Add(line));
        auditor.End();
        return auditor.Explanation!;
    }
}
