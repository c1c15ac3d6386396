using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Tests.Verification;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Tests.Audit;

/// <summary>The job and the audit ask one rule: they come to the same verdict on the same results.</summary>
public sealed class JobAndAuditTests
{
    private const int Bundles = 24;

    /// <summary>The places 0 and 1 are for the trusted, 2 is a newcomer's.</summary>
    [Fact]
    public void Under_none_the_newcomer_that_is_asked_when_others_have_passed_is_believed()
    {
        var network = new Network();
        var job = new JudgedJob(network, network.Boss, 1, new Policy.None());
        var newcomer = job.Played.Group(0, 3)[2].Id;
        var decisions = job.Run(assign => assign.Worker == newcomer ? [Exit('a'), Exit('b'), Exit('c')] : null);
        job.Write(decisions);
        Assert.Empty(network.Audit().Findings);
        var decision = Assert.Single(decisions);
        Assert.Equal(Enumerable.Repeat(OutcomeStatus.Exited, PlayedJob.Size), decision.Outcomes.Select(outcome => outcome.Status));
        var verdict = Assert.Single(decision.Verdicts);
        Assert.Equal((newcomer, PlayedJob.Size, 0, false), (verdict.Worker, verdict.Accepted, verdict.Rejected, verdict.Counts));
        Assert.Equal(0, network.Audit().Vouches); // and earns nothing
    }

    /// <summary>Workers pass, lie, and have no result, at random; a policy that only this assembly knows among them.</summary>
    [Theory]
    [InlineData("none", 1)]
    [InlineData("quorum(1, 1)", 2)]
    [InlineData("quorum(1, 4)", 3)]
    [InlineData("quorum(2, 2)", 4)]
    [InlineData("quorum(2, 4)", 5)]
    [InlineData("quorum(3, 5)", 6)]
    [InlineData("quorum(3, 8)", 7)]
    [InlineData("unanimous(3)", 8)]
    [InlineData("credibility(0.1, 0.2)", 9)]
    [InlineData("credibility(0.1, 0.2, 1, 3)", 10)]
    [InlineData("credibility(0.01, 0.05, 1, 5)", 11)]
    public void On_random_votes_they_come_to_the_same_verdict(string text, int seed)
    {
        Assert.True(Unanimous.Known.TryParse(text, out var policy));
        var random = new Random(seed);
        var network = new Network(first: policy.StatesError ? 16 : 6, newcomers: 4);
        foreach (var draw in Enum.GetValues<DrawMode>().Where(draw => draw == DrawMode.Next || !policy.StatesError))
        {
            var job = new JudgedJob(network, network.Authors[(int)draw], (int)draw, policy, Bundles, draw);
            var decisions = job.Run(_ => Answer(random));
            Assert.InRange(decisions.Count, Bundles / 2, Bundles); // the others have nobody left to ask
            job.Write(decisions);
        }
        Assert.Empty(network.Audit(policies: Unanimous.Known).Findings);
    }

    [Theory]
    [InlineData("none", 1)]
    [InlineData("quorum(2, 4)", 2)]
    [InlineData("quorum(3, 5)", 3)]
    [InlineData("unanimous(2)", 4)]
    [InlineData("credibility(0.1, 0.2, 1)", 5)]
    public void Another_verdict_than_the_policy_s_is_found(string text, int seed)
    {
        Assert.True(Unanimous.Known.TryParse(text, out var policy));
        var random = new Random(seed);
        var network = new Network(first: policy.StatesError ? 16 : 6, newcomers: 4);
        var job = new JudgedJob(network, network.Boss, 1, policy, Bundles);
        var wrong = job.Run(_ => Answer(random)).Select(decision => Wrong(decision, random)).ToArray();
        job.Write(wrong);
        var found = network.Audit(policies: Unanimous.Known).Findings.Select(finding => finding.Why).ToArray();
        Assert.All(wrong, decision => Assert.Contains(found, why => why.StartsWith($"bundle {decision.Bundle} of ", StringComparison.Ordinal)));
    }

    /// <summary>What is unsure is paid, and earns nothing; newcomers are not asked.</summary>
    [Fact]
    public void Unsure_tasks_are_paid_and_how_many_is_checked()
    {
        Assert.True(Policy.TryParse("credibility(0.1, 0.2, 1, 3)", out var policy));
        var network = new Network(first: 9, newcomers: 6);
        var job = new JudgedJob(network, network.Boss, 1, policy);
        var votes = 0;
        var decision = Assert.Single(job.Run(_ => [Exit('a'), Exit("ab"[votes]), Exit("ba"[votes++])]));
        Assert.Equal([OutcomeStatus.Exited, OutcomeStatus.Unsure, OutcomeStatus.Unsure], decision.Outcomes.Select(outcome => outcome.Status));
        Assert.Equal(2, decision.Verdicts.Count);
        Assert.All(decision.Verdicts, verdict => Assert.Equal((1, 0, 2, false), (verdict.Accepted, verdict.Rejected, verdict.Unsure, verdict.Newcomer)));
        job.Write([decision]);
        var report = network.Audit();
        Assert.Empty(report.Findings);
        Assert.Equal(0, report.Vouches);

        var other = new JudgedJob(network, network.Boss, 2, policy);
        votes = 0;
        decision = Assert.Single(other.Run(_ => [Exit('a'), Exit("ab"[votes]), Exit("ba"[votes++])]));
        other.Write([decision with { Verdicts = [.. decision.Verdicts.Select(verdict => verdict with { Unsure = 1 })] }]);
        var found = network.Audit().Findings;
        Assert.Equal(2, found.Count);
        Assert.All(found, finding => Assert.Contains("unsure: 1, but the policy leaves 2 unsure.", finding.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void A_policy_that_states_an_error_is_not_drawn_by_a_beacon_that_is_known()
    {
        Assert.True(Policy.TryParse("credibility(0.1, 0.2)", out var policy));
        var network = new Network(first: 9);
        new JudgedJob(network, network.Boss, 1, policy, draw: DrawMode.Now).Write([]);
        Assert.Contains("draw: by a beacon that was known", Assert.Single(network.Audit().Findings).Why, StringComparison.Ordinal);
    }

    /// <summary>Says of one task that nobody's result is believed, or another one than is.</summary>
    private static Decision Wrong(Decision decision, Random random)
    {
        var task = random.Next(PlayedJob.Size);
        var right = decision.Outcomes[task].Digest();
        TaskResult[] said = [TaskResult.None(NoResultReason.OutOfTime, "", 0, TimeSpan.Zero), Exit('a'), Exit('b'), Exit('z')];
        said = [.. said.Where(result => result.Digest() != right)];
        Outcome[] outcomes = [.. decision.Outcomes];
        outcomes[task] = Outcome.Of(outcomes[task].Task, said[random.Next(said.Length)]);
        return decision with
        {
            Outcomes = outcomes,
            Verdicts = [.. decision.Verdicts.Select(verdict => verdict with
            {
                Others = [.. verdict.Digests(decision.Outcomes).Select((digest, i) => new OtherDigest(i, digest))
                    .Where(other => other.Digest != outcomes[other.Index].Digest())],
            })],
        };
    }

    private static TaskResult[]? Answer(Random random) => random.Next(5) == 0
        ? null
        : [.. Enumerable.Range(0, PlayedJob.Size).Select(_ => random.Next(8) switch
        {
            0 => TaskResult.None(NoResultReason.MemoryLimit, "Memory", 0, TimeSpan.Zero),
            1 or 2 => Exit('b'),
            _ => Exit('a'),
        })];

    private static TaskResult Exit(char result) => TaskResult.Exit(0, new[] { (byte)result }, default, 1, TimeSpan.Zero);
}
