using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Tests.Entries;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Verification.Formulas;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>The numbers of <c>credibility</c>: the lead, the cap, and what comes of both.</summary>
public sealed class CredibilityTests
{
    [Fact]
    public void The_lead_in_whole_numbers_is_that_of_the_formula() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 45], Gen.Int[50, 100]).Sample((error, f, answering) =>
        {
            var policy = new Policy.Credibility(error / 1_000m, f / 100m, answering / 100m);
            if (policy.Check() is not null)
                return;
            Assert.True(JobConfidence.LeadError(policy.LyingVotes, policy.Lead) <= (double)policy.Epsilon * (1 + 1e-9));
            Assert.True(policy.Lead == 1 || JobConfidence.LeadError(policy.LyingVotes, policy.Lead - 1) > (double)policy.Epsilon * (1 - 1e-9));
        }, iter: 300);

    [Theory]
    [InlineData(0.2, 1, 0.2)]
    [InlineData(0.2, 0.7, 0.263)]
    [InlineData(0.2, 0.5, 0.333)]
    [InlineData(0, 0.5, 0)]
    public void Who_does_not_answer_has_no_vote(double f, double answering, double expected) =>
        Assert.Equal(expected, JobConfidence.LyingVotes(f, answering), 1e-3);

    /// <summary>f = .35 and a lead of 12, from the issue.</summary>
    [Theory]
    [InlineData(31, 0.61, 0.01)]
    [InlineData(64, 0.11, 0.01)]
    [InlineData(150, 0.001, 0.0005)]
    public void The_cap_decides_how_much_is_unsure(int cap, double expected, double tolerance)
    {
        var (right, wrong, unsure, votes) = LeadWalk.Of(0.35, 12, cap);
        Assert.Equal(expected, unsure, tolerance);
        Assert.Equal(1, right + wrong + unsure, 1e-9);
        Assert.InRange(votes, 12, 40.01); // j/(1-2f) without a cap
    }

    /// <summary>Whatever the cap, of what is decided the share that the formula says is wrong.</summary>
    [Fact]
    public void The_error_of_what_is_decided_holds_at_any_cap() => Gen.Select(Gen.Double[0.01, 0.45], Gen.Int[1, 20], Gen.Int[0, 60]).Sample((wrong, lead, more) =>
    {
        var walk = LeadWalk.Of(wrong, lead, lead + more);
        Assert.Equal(JobConfidence.LeadError(wrong, lead), walk.Wrong / (walk.Right + walk.Wrong), 1e-9);
    });

    [Fact]
    public void The_default_cap_is_the_least_that_leaves_one_in_a_hundred_unsure() => Gen.Select(Gen.Double[0.05, 0.35], Gen.Int[1, 15]).Sample((wrong, lead) =>
    {
        var cap = LeadWalk.CapFor(wrong, lead, Policy.Credibility.DefaultUnsure, 10_000);
        Assert.True(LeadWalk.Of(wrong, lead, cap).Unsure <= Policy.Credibility.DefaultUnsure);
        Assert.True(cap == lead || LeadWalk.Of(wrong, lead, cap - 1).Unsure > Policy.Credibility.DefaultUnsure);
    });

    [Fact]
    public void Who_types_a_policy_is_told_what_is_wrong()
    {
        Assert.NotNull(Policies.Known.Parse("credibility(0.001, 0.2)", out _));
        Assert.Equal("'majority' is none of none, quorum(m, cap), credibility(ε, f[, a[, cap]]), checked(ε, f, q[, a]), steps(c, p[, ε, f[, a]]), near(f64|f32|json, absolute, relative, POLICY).", Flaw("majority"));
        Assert.Equal("'credibility(0.0010, 0.2)' is written 'credibility(0.001, 0.2)'.", Flaw("credibility(0.0010, 0.2)"));
        Assert.Equal("credibility(0.001, 0.4, 0.6): half of the votes or more would be colluders'; f/(f + (1-f)a) has to be less.", Flaw("credibility(0.001, 0.4, 0.6)"));

        static string Flaw(string text)
        {
            Assert.Null(Policies.Known.Parse(text, out var flaw));
            return flaw;
        }
    }

    /// <summary>A verdict at the cap cites all other results.</summary>
    [Fact]
    public void A_verdict_at_the_highest_cap_fits_an_entry() => Assert.NotNull(Sample.Entry(new Accept(
        Sample.Job, Sample.Worker, Some.Hash(1), 255, new string('x', Claims.MaxName), [.. Enumerable.Range(0, Policy.MaxExecutions).Select(Some.Hash)], 1L << 52)
    {
        Unsure = 1,
    }));
}
