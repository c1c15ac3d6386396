using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;

namespace AkkaCompute.Domain.Tests.Bootstrapping;

/// <summary>What bootstrap jobs come to under the default rules: the figures of docs/operations.md.</summary>
public sealed class BootstrapYieldTests
{
    /// <param name="bundles">Of each first c-node, a third of their results by newcomers.</param>
    [Theory]
    [InlineData(8, 1, 100, false)]
    [InlineData(8, 1, 124, true)] // 31 jobs of each of two nodes, 16 bundles each: five hours at one in ten minutes
    [InlineData(8, 3, 100_000, true)]
    [InlineData(8, 4, 100_000, false)]
    [InlineData(4, 1, 800, true)]
    [InlineData(3, 1, 100_000, false)]
    public void So_many_newcomers_become_trusted_by_so_much_work(int first, int newcomers, int bundles, bool trusted)
    {
        var rules = new TrustRules();
        var fold = new ReputationFold(now: 1_000, rules.Decay, rules.Prior);
        NodeId[] bosses = [.. Enumerable.Range(0, first).Select(Some.Id)];
        foreach (var boss in bosses)
        {
            fold.Add(new DrawnWork(boss, 1_000, 3 * bundles));
            for (var newcomer = 0; newcomer < newcomers; newcomer++)
                Vouch(boss, Some.Id(first + newcomer), bundles / newcomers, rank: 2);
            foreach (var other in bosses.Where(other => other != boss))
                Vouch(boss, other, 2 * bundles / (first - 1), rank: 1);
        }
        var trust = EigenTrust.Compute(fold.Graph(), bosses, rules.BackPermille, rules.Rounds);
        Assert.Equal(
            trusted ? Standing.Trusted : Standing.Newcomer, rules.Standing.Next(Standing.Newcomer, trust.Of(Some.Id(first)), first, first: false));

        void Vouch(NodeId boss, NodeId worker, int satisfied, int rank) =>
            fold.Add(new WorkEntry(boss, worker, 1_000, satisfied, 0, new DrawnPlace(0, rank, 3, first - 1, first, true)));
    }
}
