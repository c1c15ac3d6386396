using AkkaCompute.Domain.Verification.Formulas;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>The vectors of the literature, and what must hold around them.</summary>
public sealed class VerificationTests
{
    [Theory]
    [InlineData(2, 0.2, 0.104)]
    [InlineData(3, 0.2, 0.05792)]
    [InlineData(1, 0.35, 0.35)]
    public void Majority_error(int m, double f, double expected) => Assert.Equal(expected, Majority.Error(m, f), 1e-9);

    /// <summary>15, 29 and 51 are m; the groups that are drawn from have 29, 57 and 101.</summary>
    [Theory]
    [InlineData(0.05, 15)]
    [InlineData(0.01, 29)]
    [InlineData(0.001, 51)]
    public void Majority_needed_at_35_percent(double epsilon, int m)
    {
        Assert.Equal(m, Majority.Needed(0.35, epsilon));
        Assert.True(Majority.Error(m - 1, 0.35) > epsilon);
    }

    [Fact]
    public void No_majority_helps_against_a_half() => Assert.Null(Majority.Needed(0.5, 0.01));

    [Fact]
    public void Spot_checks_worst_case_and_bound()
    {
        var (rate, error) = SpotChecks.WorstCase(0.2, 0.1, 200);
        Assert.Equal(0.054, rate, 0.0005);
        Assert.Equal(0.004214, error, 5e-7);
        Assert.Equal(0.004598, SpotChecks.Bound(0.2, 0.1, 200), 5e-7);
    }

    [Fact]
    public void No_rate_of_cheating_is_over_the_bound() =>
        Gen.Select(Gen.Double[0, 0.9], Gen.Double[0, 1], Gen.Double[0.001, 1], Gen.Int[1, 100_000]).Sample((f, s, q, n) =>
        {
            var error = SpotChecks.Error(f, s, q, n);
            Assert.True(error <= SpotChecks.Bound(f, q, n), $"{error}");
            Assert.True(error <= SpotChecks.WorstCase(f, q, n).Error + 1e-9, $"{error}");
        });

    [Theory]
    [InlineData(0.01, true, 10)]
    [InlineData(0.01, false, 20)]
    [InlineData(0.001, true, 92)]
    [InlineData(0.001, false, 200)]
    public void Credibility_of_a_worker_alone(double epsilon, bool blacklist, int checks)
    {
        Assert.Equal(checks, Credibility.ChecksNeeded(0.2, epsilon, blacklist));
        double Of(int k) => blacklist ? Credibility.OfWorker(0.2, k) : Credibility.OfWorkerWithoutBlacklist(0.2, k);
        Assert.True(Of(checks) >= 1 - epsilon - 1e-12);
        Assert.True(Of(checks - 1) < 1 - epsilon);
        Assert.Equal(0.8, Of(0));
    }

    [Fact]
    public void Credibility_of_groups_is_Bayes_by_hand()
    {
        // One of 0.9 says A, two of 0.8 say B. A: .9·.2·.2 = .036; B: .1·.8·.8 = .064; nobody: .1·.2·.2 = .004.
        var groups = Credibility.OfGroups([[0.9], [0.8, 0.8]]);
        Assert.Equal(0.036 / 0.104, groups[0], 1e-12);
        Assert.Equal(0.064 / 0.104, groups[1], 1e-12);
        Assert.Equal(0.8, Assert.Single(Credibility.OfGroups([[0.8]])), 1e-12);
    }

    public static TheoryData<double, double, int> Leads => new()
    {
        { 0.05, 1e-3, 3 }, { 0.2, 1e-3, 5 }, { 0.35, 1e-3, 12 }, { 0.05, 1e-6, 5 }, { 0.2, 1e-6, 10 }, { 0.35, 1e-6, 23 },
    };

    [Theory, MemberData(nameof(Leads))]
    public void Strangers_needed(double f, double epsilon, int lead)
    {
        Assert.Equal(lead, JobConfidence.LeadNeeded(f, epsilon));
        Assert.True(JobConfidence.LeadError(f, lead) <= epsilon);
        Assert.True(JobConfidence.LeadError(f, lead - 1) > epsilon);
    }

    /// <summary>The walk to ±j, solved as linear equations by sweeping: no use of the closed form.</summary>
    [Theory]
    [InlineData(0.2, 5)]
    [InlineData(0.35, 3)]
    [InlineData(0.05, 2)]
    public void The_lead_is_the_gamblers_ruin(double f, int lead)
    {
        var wrong = new double[2 * lead + 1];
        wrong[^1] = 1;
        for (var sweep = 0; sweep < 20_000; sweep++)
        {
            for (var i = 1; i < 2 * lead; i++)
                wrong[i] = f * wrong[i + 1] + (1 - f) * wrong[i - 1];
        }
        Assert.Equal(wrong[lead], JobConfidence.LeadError(f, lead), 1e-12);
    }

    [Fact]
    public void The_first_five_that_agree_are_not_enough() => Assert.True(Majority.Error(5, 0.2) > 19 * JobConfidence.LeadError(0.2, 5));

    [Theory]
    [InlineData(0.05, 204, 21)]
    [InlineData(0.2, 1_150, 115)]
    [InlineData(0.35, 3_048, 305)]
    public void Checks_needed(double f, double tasks, int checks)
    {
        Assert.Equal(tasks, JobConfidence.TasksNeeded(f, 1e-3, 0.1), 0.6);
        Assert.Equal(checks, JobConfidence.ChecksNeeded(f, 1e-3));
        Assert.True(JobConfidence.CheckedError(f, checks) <= 1e-3);
        Assert.True(JobConfidence.CheckedError(f, checks - 1) > 1e-3);
    }

    /// <summary>Lying at rate s, K checks in a row by verifiers of which f are friends: s (1-s(1-f))^K, among those who get through.</summary>
    [Fact]
    public void No_rate_of_lying_beats_the_checks() => Gen.Select(Gen.Double[0, 0.49], Gen.Double[0, 1], Gen.Int[1, 5_000]).Sample((f, s, checks) =>
    {
        var through = Math.Pow(1 - s * (1 - f), checks);
        Assert.True(f * s * through / (1 - f + f * through) <= f / (1 - f) / (checks * (1 - f) * Math.E));
    });

    [Fact]
    public void One_lie_survives() => Assert.Equal(0.92, JobConfidence.LieSurvives(0.2, 0.1), 1e-12);

    public static TheoryData<int, int, double> Captures => new()
    {
        { 100, 3, .0278 }, { 100, 5, .00837 }, { 100, 7, .00261 }, { 100, 11, 2.6e-4 }, { 100, 15, 2.7e-5 }, { 100, 21, 8.9e-7 },
        { 200, 3, .104 }, { 200, 5, .0575 }, { 200, 7, .0328 }, { 200, 11, .0112 }, { 200, 15, .00395 }, { 200, 21, 8.5e-4 },
        { 330, 3, .255 }, { 330, 5, .204 }, { 330, 7, .167 }, { 330, 11, .116 }, { 330, 15, .0821 }, { 330, 21, .0502 },
    };

    [Theory, MemberData(nameof(Captures))]
    public void A_captured_group(int colluders, int k, double expected) =>
        Assert.Equal(1, CapturedGroup.Chance(1_000, colluders, k) / expected, 0.02);

    [Theory]
    [InlineData(0, .0328)]
    [InlineData(1, .0645)]
    [InlineData(2, .125)]
    [InlineData(3, .234)]
    [InlineData(4, .414)]
    public void Withholding(int withholders, double expected) =>
        Assert.Equal(expected, CapturedGroup.ChanceWithWithholding(.0328, withholders), 5e-4);

    [Theory]
    [InlineData(.01, 459)]
    [InlineData(.1, 44)]
    public void Checkpoints_needed(double bad, int steps)
    {
        Assert.Equal(steps, Checkpoints.Needed(bad, .99));
        Assert.True(Checkpoints.Detection(bad, steps) >= .99);
        Assert.True(Checkpoints.Detection(bad, steps - 1) < .99);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(1_000, 10)]
    [InlineData(1_024, 10)]
    [InlineData(1_025, 11)]
    public void Bisection(long steps, int rounds) => Assert.Equal(rounds, Checkpoints.BisectionRounds(steps));

    [Fact]
    public void Adaptive_replication_is_beaten_at_45_percent()
    {
        Assert.Equal(.45, AdaptiveReplication.CheatUntilCaught(10), 1e-12);
        for (var until = 11; until < 200; until++)
            Assert.True(AdaptiveReplication.CheatUntilCaught(until) < .45);
    }

    [Fact]
    public void Adaptive_replication_counts_replicated_results()
    {
        var worker = new AdaptiveReplication(9);
        Assert.Equal(1, worker.ReplicationChance);
        worker = worker.After(replicated: true, valid: true);
        Assert.Equal(.1, worker.ReplicationChance);
        Assert.Equal(worker, worker.After(replicated: false, valid: false));
        Assert.Equal(0, worker.After(replicated: true, valid: false).Valid);
    }

    /// <summary>Plays the rule against its approximation.</summary>
    [Fact]
    public void An_honest_worker_is_replicated_less_and_less()
    {
        var random = new Random(1);
        var sum = 0.0;
        for (var run = 0; run < 200; run++)
        {
            var worker = new AdaptiveReplication(AdaptiveReplication.Trusted);
            for (var task = 0; task < 10_000; task++)
                worker = worker.After(random.NextDouble() < worker.ReplicationChance, true);
            sum += worker.Valid;
        }
        Assert.Equal(1, sum / 200 / AdaptiveReplication.HonestValid(10_000), 0.02);
    }

    [Theory]
    [InlineData(100, 7)]
    [InlineData(10_000, 14)]
    [InlineData(1_000_000, 20)]
    public void Poco_fresh_workers(long trust, int workers) => Assert.Equal(workers, PocoConsensus.Needed(0, trust));

    [Fact]
    public void Poco_alone()
    {
        Assert.Equal(303, PocoConsensus.ScoreAlone(100));
        Assert.Equal(1, PocoConsensus.Needed(303, 100));
        Assert.Equal(2, PocoConsensus.Needed(302, 100));
        Assert.Equal(200, PocoConsensus.ScoreAfter(300, agreed: false, 3));
        Assert.Equal(301, PocoConsensus.ScoreAfter(300, agreed: true, 3));
        Assert.Equal(300, PocoConsensus.ScoreAfter(300, agreed: true, 1));
    }
}
