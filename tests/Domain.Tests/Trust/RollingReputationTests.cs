using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Trust;

public sealed class RollingReputationTests
{
    private static readonly DrawnPlace _counts = new(0, 0, 3, 100, 100, true);

    private static readonly Gen<(int Boss, int Worker, ulong Epoch, int Satisfied, int Unsatisfied)[]> _work =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.ULong[0, 2_000], Gen.Int[0, 50], Gen.Int[0, 9]).Array[1, 100];

    private static Hash256 Root(TrustGraph graph) => EigenTrust.Compute(graph, [Some.Id(0), Some.Id(1)], 150, 20).Root();

    [Fact]
    public void The_order_in_which_entries_come_is_nothing() => Gen.Select(_work, Gen.Int[0, int.MaxValue]).Sample((work, seed) =>
    {
        var (one, other) = (new RollingReputation(new Decay(160), 10), new RollingReputation(new Decay(160), 10));
        var shuffled = work.ToArray();
        new Random(seed).Shuffle(shuffled);
        foreach (var (rolling, entries) in new[] { (one, work), (other, shuffled) })
        {
            foreach (var (boss, worker, epoch, satisfied, unsatisfied) in entries)
            {
                rolling.Add(new DrawnWork(Some.Id(boss), epoch, 3));
                rolling.Add(new WorkEntry(Some.Id(boss), Some.Id(worker), epoch, satisfied, unsatisfied, _counts));
            }
        }
        Assert.Equal(Root(one.Graph(2_000)), Root(other.Graph(2_000)));
    });

    [Fact]
    public void Within_the_steps_of_the_table_it_is_the_fold() => _work.Sample(work =>
    {
        // Epochs at the beginning of a sixteenth of the half-life: both have the same ages.
        var (rolling, fold) = (new RollingReputation(new Decay(1_600), 10), new ReputationFold(2_000, new Decay(1_600), 10));
        foreach (var (boss, worker, epoch, satisfied, unsatisfied) in work)
        {
            var at = epoch / 100 * 100;
            rolling.Add(new DrawnWork(Some.Id(boss), at, 3));
            fold.Add(new DrawnWork(Some.Id(boss), at, 3));
            var entry = new WorkEntry(Some.Id(boss), Some.Id(worker), at, satisfied * 16, unsatisfied * 16, _counts);
            rolling.Add(entry);
            fold.Add(entry);
        }
        var (ours, theirs) = (EigenTrust.Compute(rolling.Graph(2_000), [Some.Id(0)], 150, 20), EigenTrust.Compute(fold.Graph(), [Some.Id(0)], 150, 20));
        for (var i = 0; i < 10; i++)
            Assert.Equal(theirs.Of(Some.Id(i)) / (double)EigenTrust.One, ours.Of(Some.Id(i)) / (double)EigenTrust.One, 1e-6);
    });

    [Fact]
    public void What_weighs_nothing_is_forgotten()
    {
        var rolling = new RollingReputation(new Decay(160));
        rolling.Add(new WorkEntry(Some.Id(0), Some.Id(1), 5, 1, 0, _counts));
        rolling.Add(new WorkEntry(Some.Id(0), Some.Id(2), 5, 1, 0, _counts with { Attempt = 1 }));
        Assert.Equal(1, rolling.Graph(10).Edges);
        Assert.Equal(1, rolling.Pairs);
        Assert.Equal(0, rolling.Graph(16 * 160 + 20).Edges);
        Assert.Equal(0, rolling.Pairs);
    }
}
