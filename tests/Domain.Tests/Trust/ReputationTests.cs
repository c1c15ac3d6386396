using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Trust;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Trust;

public sealed class ReputationTests
{
    private static readonly DrawnPlace _counts = new(0, 0, 3, 100, 100, true);

    private static readonly Gen<(int By, int About, int Satisfied, int Unsatisfied)[]> _said =
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 30], Gen.Int[0, 1_000], Gen.Int[0, 500]).Array[0, 200];

    private static TrustGraph Graph(IEnumerable<(int By, int About, int Satisfied, int Unsatisfied)> said, params (int Boss, long Weight)[] drawn) =>
        TrustGraph.Of(said.Select(one => (Some.Id(one.By), Some.Id(one.About), (long)one.Satisfied, (long)one.Unsatisfied)),
            drawn.Select(one => (Some.Id(one.Boss), one.Weight)));

    private static NodeId[] Ids(int from, int count) => [.. Enumerable.Range(from, count).Select(Some.Id)];

    [Fact]
    public void The_sum_is_exactly_one() => Gen.Select(_said, Gen.Int[1, 7], Gen.Int[0, 1_000], Gen.Int[1, 40]).Sample((said, first, back, rounds) =>
    {
        var trust = EigenTrust.Compute(Graph(said, (3, 5_000), (4, 100_000)), Ids(0, first), back, rounds);
        Assert.Equal(EigenTrust.One, trust.Of(trust.Ids));
    });

    [Fact]
    public void Any_order_and_any_split_gives_the_same_bytes() => Gen.Select(_said, Gen.Int[0, int.MaxValue]).Sample((said, seed) =>
    {
        var shuffled = said.SelectMany(one => new[]
        {
            (one.By, one.About, one.Satisfied / 3, one.Unsatisfied), (one.By, one.About, one.Satisfied - (one.Satisfied / 3), 0),
        }).ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.Equal(
            EigenTrust.Compute(Graph(said, (1, 700), (2, 9_000)), Ids(0, 3), 100, 20).Root(),
            EigenTrust.Compute(Graph(shuffled, (2, 4_000), (1, 700), (2, 5_000)), Ids(0, 3).Reverse(), 100, 20).Root());
    });

    [Fact]
    public void One_more_task_changes_the_bytes()
    {
        static Hash256 Root(int satisfied) =>
            EigenTrust.Compute(Graph([(0, 1, satisfied, 0), (0, 2, 1_000_000, 0)]), Ids(0, 1), 100, 20).Root();
        Assert.NotEqual(Root(1_000), Root(1_001));
    }

    [Fact]
    public void Golden_bytes()
    {
        // Computed with Python's integers from the description in EigenTrust and TrustVector.
        var graph = Graph([(0, 1, 3, 0), (0, 2, 5, 1), (1, 2, 7, 0), (2, 0, 1, 4), (2, 5, 9, 2)], (0, 20), (1, 7));
        Assert.Equal("85c6d3cc1740098c30a8b32947103e84fb2891dbfbfc63e1a7e6017c48113913", EigenTrust.Compute(graph, Ids(0, 3), 150, 12).Root().ToString());
    }

    /// <summary>Against plain floating point: the same numbers but for rounding.</summary>
    [Fact]
    public void Is_EigenTrust() => _said.Sample(said =>
    {
        const int N = 31;
        var pairs = said.Where(one => one.By != one.About).GroupBy(one => (one.By, one.About))
            .Select(group => (group.Key, Weight: Math.Max(0, group.Sum(one => one.Satisfied) - group.Sum(one => one.Unsatisfied)))).ToArray();
        var sums = new double[N];
        foreach (var (key, weight) in pairs)
            sums[key.By] += weight;
        var expected = new double[N];
        expected[0] = expected[1] = 0.5;
        for (var round = 0; round < 25; round++)
        {
            var next = new double[N];
            foreach (var (key, weight) in pairs.Where(pair => pair.Weight > 0))
                next[key.About] += 0.9 * expected[key.By] * weight / sums[key.By];
            var rest = 1 - next.Sum();
            next[0] += rest / 2;
            next[1] += rest / 2;
            expected = next;
        }
        var trust = EigenTrust.Compute(Graph(said), Ids(0, 2), 100, 25);
        for (var i = 0; i < N; i++)
            Assert.Equal(expected[i], trust.Of(Some.Id(i)) / (double)EigenTrust.One, 1e-12);
    });

    [Fact]
    public void A_clique_that_nobody_reaches_has_exactly_nothing() => Gen.Select(_said, Gen.Int[1, 1_000]).Sample((said, much) =>
    {
        // The clique vouches for itself and flatters the others; they do not vouch for it.
        var clique = from friend in Enumerable.Range(100, 10)
                     from about in Enumerable.Range(100, 10)
                     select (friend, about, 1_000_000 * (much % 100 + 1), 0);
        var flattery = Enumerable.Range(0, 30).Select(about => (100, about, much, 0));
        var trust = EigenTrust.Compute(Graph([.. said, .. clique, .. flattery]), Ids(0, 4), 100, 50);
        Assert.Equal(0UL, trust.Of(Ids(100, 10)));
        Assert.Equal(EigenTrust.Compute(Graph(said), Ids(0, 4), 100, 50).Root(), trust.Root());
    });

    [Fact]
    public void With_all_going_back_the_first_have_it() => _said.Sample(said =>
    {
        var trust = EigenTrust.Compute(Graph(said), Ids(0, 3), 1_000, 5);
        Assert.Equal(EigenTrust.One, trust.Of(Ids(0, 3)));
        Assert.All(Ids(0, 3), id => Assert.InRange(trust.Of(id), EigenTrust.One / 3, EigenTrust.One / 3 + 1));
    });

    /// <summary>10 of 100 do 5.44 % of what the others drew, and vouch for one another only; a = 0.1.</summary>
    [Theory]
    [InlineData(false, .331)]
    [InlineData(true, .049)]
    public void A_ring_of_friends(bool dividedByDrawn, double expected)
    {
        var said = new List<(int, int, int, int)>();
        for (var by = 0; by < 100; by++)
        {
            for (var about = 0; about < 100; about++)
            {
                // 90 honest c-nodes share 94.56 %, 10 friends 5.44 %.
                var work = about < 10 ? 5_440 : 9_456 * 10 / 9;
                if (by >= 10 || about < 10)
                    said.Add((by, about, work, 0));
            }
        }
        (int, long)[] drawn = dividedByDrawn ? [.. Enumerable.Range(0, 100).Select(boss => (boss, 1_000_000L))] : [];
        var trust = EigenTrust.Compute(Graph(said, drawn), Ids(10, 90), 100, 200);
        Assert.Equal(expected, trust.Of(Ids(0, 10)) / (double)EigenTrust.One, 0.001);
    }

    [Theory]
    [InlineData(1u, 0, 3, true)]  // a later attempt
    [InlineData(0u, 3, 3, true)]  // reached by passing others over
    [InlineData(0u, 0, 1, true)]  // nobody to agree with
    [InlineData(0u, 0, 3, false)] // a beacon that was known, or a degraded epoch
    public void What_the_draw_did_not_give_earns_nothing(uint attempt, int rank, int size, bool counts)
    {
        var fold = new ReputationFold(10, new Decay(1_000));
        fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 10, 50, 0, new DrawnPlace(attempt, rank, size, 100, 100, counts)));
        Assert.Equal(0, fold.Graph().Edges);
        fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 10, 50, 0, _counts));
        Assert.Equal(1, fold.Graph().Edges);
    }

    [Theory]
    [InlineData(100, 100, 1.0)]
    [InlineData(10, 100, 0.1)]
    [InlineData(1, 3, 1.0 / 3)]
    [InlineData(0, 100, 0)]
    public void Narrowing_who_is_eligible_costs_weight(int eligible, int trusted, double expected)
    {
        var fold = new ReputationFold(10, new Decay(1_000), prior: 0);
        fold.Add(new DrawnWork(Some.Id(0), 10, 300));
        fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 10, 100, 0, _counts with { Eligible = eligible, Trusted = trusted }));
        var trust = EigenTrust.Compute(fold.Graph(), Ids(0, 1), 0, 1);
        Assert.Equal(expected / 3, trust.Of(Some.Id(1)) / (double)EigenTrust.One, 1e-4);
    }

    [Fact]
    public void Cancelled_work_still_divides()
    {
        static double Trust(int cancelled)
        {
            var fold = new ReputationFold(10, new Decay(1_000), prior: 0);
            fold.Add(new DrawnWork(Some.Id(0), 10, 300));
            for (var i = 0; i < cancelled; i++)
                fold.Add(new DrawnWork(Some.Id(0), 10, 300));
            fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 10, 100, 0, _counts));
            return EigenTrust.Compute(fold.Graph(), Ids(0, 1), 0, 1).Of(Some.Id(1)) / (double)EigenTrust.One;
        }
        Assert.Equal(1.0 / 3, Trust(0), 1e-9);
        Assert.Equal(1.0 / 30, Trust(9), 1e-9);
    }

    [Fact]
    public void Who_has_little_drawn_gives_little()
    {
        static double Given(int drawn)
        {
            var fold = new ReputationFold(10, new Decay(1_000), prior: 1_000);
            fold.Add(new DrawnWork(Some.Id(0), 10, drawn));
            fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 10, drawn, 0, _counts));
            return EigenTrust.Compute(fold.Graph(), Ids(0, 1), 0, 1).Of(Some.Id(1)) / (double)EigenTrust.One;
        }
        Assert.Equal(3 / 1_003.0, Given(3), 1e-9);
        Assert.Equal(9_000 / 10_000.0, Given(9_000), 1e-9);
    }

    [Fact]
    public void Decay_is_the_table_of_powers()
    {
        var decay = new Decay(1_600);
        Assert.Equal(Decay.One, decay.Weight(0));
        for (ulong age = 0; age < 1_600; age += 100)
            Assert.Equal(Math.Round(Decay.One * Math.Pow(2, -(double)age / 1_600)), decay.Weight(age));
        Assert.Equal(Decay.One / 2, decay.Weight(1_600));
        Assert.Equal(0, decay.Weight(16 * 1_600));
        Assert.Equal(0, decay.Weight(ulong.MaxValue));
        for (ulong age = 1; age < 30_000; age += 7)
            Assert.True(decay.Weight(age) <= decay.Weight(age - 1));
    }

    [Fact]
    public void Old_work_weighs_less_against_new_draws()
    {
        var fold = new ReputationFold(1_000, new Decay(100), prior: 0);
        fold.Add(new DrawnWork(Some.Id(0), 900, 100));
        fold.Add(new DrawnWork(Some.Id(0), 1_000, 100));
        fold.Add(new WorkEntry(Some.Id(0), Some.Id(1), 900, 100, 0, _counts));
        fold.Add(new WorkEntry(Some.Id(0), Some.Id(2), 1_000, 100, 0, _counts));
        var trust = EigenTrust.Compute(fold.Graph(), Ids(0, 1), 0, 1);
        Assert.Equal(1.0 / 3, trust.Of(Some.Id(1)) / (double)EigenTrust.One, 1e-9);
        Assert.Equal(2.0 / 3, trust.Of(Some.Id(2)) / (double)EigenTrust.One, 1e-9);
    }

    [Fact]
    public void What_is_outside_its_limits_is_refused_by_name()
    {
        var fold = new ReputationFold(10, new Decay(100));
        Assert.Contains("Assignments", Assert.Throws<ArgumentOutOfRangeException>(
            () => fold.Add(new DrawnWork(Some.Id(0), 10, WorkEntry.MaxAssignments + 1))).Message, StringComparison.Ordinal);
        Assert.Contains("after the period", Assert.Throws<ArgumentOutOfRangeException>(
            () => fold.Add(new DrawnWork(Some.Id(0), 11, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EigenTrust.Compute(Graph([]), [], 100, 1));
    }

    [Fact]
    public void Standing_by_share_of_the_average()
    {
        var rule = new StandingRule(250, 100);
        var average = EigenTrust.One / 1_000;
        Assert.Equal(Standing.Trusted, rule.Next(Standing.Newcomer, average / 4 + 1, 1_000, first: false));
        Assert.Equal(Standing.Newcomer, rule.Next(Standing.Newcomer, average / 4 - 1_000, 1_000, first: false));
        Assert.Equal(Standing.Trusted, rule.Next(Standing.Trusted, average / 5, 1_000, first: false));
        Assert.Equal(Standing.Newcomer, rule.Next(Standing.Trusted, average / 11, 1_000, first: false));
        Assert.Equal(Standing.Trusted, rule.Next(Standing.Newcomer, 0, 1_000, first: true));
        Assert.Equal(Standing.Banned, rule.Next(Standing.Banned, EigenTrust.One, 1_000, first: true));
    }
}
