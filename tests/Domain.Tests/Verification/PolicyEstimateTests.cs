using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>Estimates by the policies' own rules, against the formulas.</summary>
public sealed class PolicyEstimateTests
{
    private static readonly EstimateInput _input = new(100, 0, 10, 1_000, TimeSpan.FromSeconds(2), 0.2m, 0.7m);

    [Fact]
    public void Credibility_is_the_gamblers_ruin() => Gen.Select(Gen.Int[1, 300], Gen.Int[0, 35], Gen.Int[70, 100]).Sample((error, f, answering) =>
    {
        var policy = new Policy.Credibility(error / 1_000m, f / 100m, answering / 100m);
        if (policy.Check() is not null || policy.Lead > _input.Trusted)
            return;
        var estimate = PolicyEstimate.Of(policy, _input with { Colluders = policy.Colluders, Answering = policy.Answering });
        var (right, wrong, unsure, votes) = LeadWalk.Of(policy.LyingVotes, policy.Lead, policy.Limit);
        Assert.Equal(wrong / (right + wrong), estimate.Error, 1e-9);
        Assert.Equal(unsure, estimate.Unsure, 1e-9);
        Assert.InRange(estimate.Attacked, votes - 1e-6, votes + (unsure * policy.Lead) + 1e-6); // they are asked for at once
        Assert.Equal(policy.Lead, estimate.Honest, 1e-9);
    }, iter: 30);

    [Theory]
    [InlineData(2, 0.104)]
    [InlineData(3, 0.05792)]
    public void A_quorum_of_a_majority_is_wrong_as_often_as_its_formula_says(int m, double expected)
    {
        var estimate = PolicyEstimate.Of(new Policy.Quorum(m, (2 * m) - 1), _input with { Answering = 1 });
        Assert.Equal(expected, estimate.Error, 1e-9);
        Assert.Equal((0, m, (2 * m) - 1), (estimate.Unsure, estimate.Honest, estimate.Most));
    }

    [Fact]
    public void Under_none_every_lie_is_believed()
    {
        var estimate = PolicyEstimate.Of(new Policy.None(), _input);
        Assert.Equal(JobConfidence.LyingVotes(0.2, 0.7), estimate.Error, 1e-12);
        Assert.Equal((1, 1, TimeSpan.FromSeconds(200)), (estimate.Honest, estimate.Attacked, estimate.Wait));
    }

    [Theory]
    [InlineData("credibility(0.001, 0.2)", 6, 50, "credibility(0.001, 0.2) wants 7 trusted workers; 6 are there.")]
    [InlineData("credibility(0.001, 0.2)", 7, 0, null)]
    [InlineData("quorum(5, 7)", 2, 50, "quorum(5, 7) wants 5 workers; 3 are there.")] // more than half are trusted
    [InlineData("quorum(5, 7)", 3, 50, null)]
    [InlineData("steps(2, 0)", 50, 0, "steps(2, 0): what it costs, and how often it is wrong, depends on the number of steps.")]
    public void Too_few_workers_are_said(string text, int trusted, int newcomers, string? expected)
    {
        Assert.True(Policy.TryParse(text, out var policy));
        Assert.Equal(expected, PolicyEstimate.Of(policy, _input with { Trusted = trusted, Newcomers = newcomers }).Refused);
    }
}
