using AkkaCompute.Domain.Verification;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>A policy's text, and the rule over its votes: trusted workers are lower case, newcomers upper case, and - is no result.</summary>
public sealed class PolicyTests
{
    private static readonly Gen<Policy> _policies = Gen.OneOf(
        Gen.Const<Policy>(new Policy.None()),
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 5], (m, more) => (Policy)new Policy.Quorum(m, m + more)),
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 40], Gen.Int[60, 100], Gen.Int[0, 9], (error, f, answering, more) => Credibility(error, f, answering, more)),
        Gen.Select(Gen.Int[1, 400], Gen.Int[0, 40], Gen.Int[1, 10], Gen.Int[60, 100], (error, f, q, answering) => Checked(error, f, q, answering)),
        Gen.Select(Gen.Int[1, 64], Gen.Int[0, 10], Gen.Int[1, 400], Gen.Int[0, 30], (count, all, error, f) => (Policy)new Policy.Steps(count, all / 10m, error / 1_000m, f / 100m)),
        Gen.Select(Gen.Int[1, 5], of => (Policy)new Unanimous(of)));

    [Theory]
    [InlineData("none", 1, 1, 0)]
    [InlineData("quorum(1, 1)", 1, 1, 0)]
    [InlineData("quorum(2, 7)", 2, 7, 2)]
    [InlineData("quorum(31, 31)", 31, 31, 31)]
    [InlineData("credibility(0.001, 0.05, 1)", 3, 7, 3)] // what the issue and trust-math.md say
    [InlineData("credibility(0.001, 0.2, 1)", 5, 21, 5)]
    [InlineData("credibility(0.001, 0.35, 1)", 12, 108, 12)]
    [InlineData("credibility(0.000001, 0.05, 1, 31)", 5, 31, 5)]
    [InlineData("credibility(0.000001, 0.2, 1, 31)", 10, 31, 10)]
    [InlineData("credibility(0.000001, 0.35, 1, 150)", 23, 150, 23)]
    [InlineData("credibility(0.001, 0.2)", 7, 39, 7)]
    [InlineData("credibility(0.001, 0.2, 0.7, 31)", 7, 31, 7)]
    [InlineData("credibility(0.001, 0.2, 0.5)", 10, 82, 10)]
    [InlineData("checked(0.01, 0.2, 0.1)", 1, 32, 0)]
    [InlineData("checked(0.01, 0.2, 0.1, 1)", 1, 19, 0)]
    [InlineData("steps(2, 0)", 1, 32, 0)] // the lead of checked(0.01, 0.2, …)
    [InlineData("steps(64, 0.05, 0.01, 0.2, 1)", 1, 19, 0)]
    [InlineData("steps(2, 1)", 1, 32, 0)]
    [InlineData("steps(1, 0, 0.001, 0.2)", 1, 40, 0)]
    [InlineData("credibility(0.3, 0.2, 1)", 1, 1, 0)]
    [InlineData("credibility(0.001, 0)", 1, 1, 0)]
    [InlineData("near(f64, 0, 0.000001, quorum(2, 7))", 2, 7, 0)]
    [InlineData("near(f32, 0.5, 0, quorum(31, 31))", 31, 31, 0)]
    [InlineData("near(json, 0.0000000000001, 0.01, credibility(0.001, 0.2))", 7, 39, 0)]
    public void A_text_is_read_and_written_alike(string text, int first, int most, int earning)
    {
        Assert.True(Policy.TryParse(text, out var policy));
        Assert.Equal((text, text), (policy.Text, policy.ToString()));
        Assert.Equal((first, most, earning), (policy.First, policy.Most, policy.Earning));
        Assert.Null(policy.Check());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("None")]
    [InlineData("none()")]
    [InlineData("none(1)")]
    [InlineData("quorum")]
    [InlineData("quorum()")]
    [InlineData("quorum(2)")]
    [InlineData("quorum(2,7)")]
    [InlineData("steps(2)")]
    [InlineData("steps(0, 0)")]
    [InlineData("steps(65, 0)")]
    [InlineData("steps(2, 1.5)")]
    [InlineData("steps(2, 0.50)")]
    [InlineData("steps(2, 0, 0.01)")]
    [InlineData("steps(2, 0, 0.01, 0.2)")]
    [InlineData("steps(2, 0, 0.01, 0.5)")]
    [InlineData("near(f64, 0, 0, quorum(2, 7))")]
    [InlineData("near(f64, 1, 1, quorum(2, 7))")]
    [InlineData("near(f64, -1, 0, quorum(2, 7))")]
    [InlineData("near(f64, 1.0, 0, quorum(2, 7))")]
    [InlineData("near(f16, 1, 0, quorum(2, 7))")]
    [InlineData("near(f64, 1, 0)")]
    [InlineData("near(f64, 1, 0, none)")]
    [InlineData("near(f64, 1, 0, quorum(1, 7))")]
    [InlineData("near(f64, 1, 0, quorum(2, 7)")]
    [InlineData("near(f64, 1, 0, quorum(2, 7)))")]
    [InlineData("near(f64, 1, 0, checked(0.01, 0.2, 0.1))")]
    [InlineData("near(f64, 1, 0, near(f64, 1, 0, quorum(2, 7)))")]
    [InlineData("near(f64, 0.0000000000000000000000000001, 0.0000000000000000000000000001, credibility(0.000000001, 0.000000001, 0.000000003, 61))")]
    [InlineData("quorum(2, 7) ")]
    [InlineData("quorum(2, 7))")]
    [InlineData("quorum(2, 7")]
    [InlineData("quorum(02, 7)")]
    [InlineData("quorum(+2, 7)")]
    [InlineData("quorum(2, 7, 9)")]
    [InlineData("quorum(0, 7)")]
    [InlineData("quorum(3, 2)")]
    [InlineData("quorum(2, 32)")]
    [InlineData("quorum(2, 99999999999)")]
    [InlineData("unanimous(2)")]
    [InlineData("credibility")]
    [InlineData("credibility(0.001)")]
    [InlineData("credibility(0.001, 0.20)")]
    [InlineData("credibility(1e-3, 0.2)")]
    [InlineData("credibility(0.001, 0.2, 0.7)")] // the default is not written
    [InlineData("credibility(0.001, 0.2, 0.7, 39)")]
    [InlineData("credibility(0.001, 0.2, 0.7, 6)")] // below its lead
    [InlineData("credibility(0.001, 0.2, 0.7, 161)")]
    [InlineData("credibility(0.001, 0.2, 0)")]
    [InlineData("credibility(0.001, 0.2, 1.1)")]
    [InlineData("credibility(0, 0.2)")]
    [InlineData("credibility(1, 0.2)")]
    [InlineData("credibility(-0.1, 0.2)")]
    [InlineData("credibility(0.0000000001, 0.2)")] // finer than 10⁻⁹
    [InlineData("credibility(0.001, 0.5)")]
    [InlineData("credibility(0.001, 0.4, 0.6)")] // half of the votes
    [InlineData("credibility(0.001, 0.499999999, 1)")]
    [InlineData("checked(0.01, 0.2)")]
    [InlineData("checked(0.01, 0.2, 0)")]
    [InlineData("checked(0.01, 0.2, 1.1)")]
    [InlineData("checked(0.01, 0.2, 0.1, 0.7)")] // the default is not written
    [InlineData("checked(0.01, 0.2, 0.1, 1, 9)")]
    [InlineData("checked(0.01, 0.5, 0.1)")]
    [InlineData("checked(0.000001, 0.2, 0.1)")] // more checks than there may be
    [InlineData("(2, 7)")]
    public void What_is_no_text_of_a_policy_is_not_read(string? text) => Assert.False(Policy.TryParse(text, out _));

    [Theory]
    [InlineData("none", "", "ask 1")]
    [InlineData("none", "a", "a")]
    [InlineData("none", "A", "A")]
    [InlineData("none", "-", "unsure")]
    [InlineData("quorum(2, 4)", "", "ask 2")]
    [InlineData("quorum(2, 4)", "a", "ask 1")]
    [InlineData("quorum(2, 4)", "-", "ask 2")]
    [InlineData("quorum(2, 4)", "--", "ask 2")]
    [InlineData("quorum(2, 4)", "---", "unsure")]
    [InlineData("quorum(2, 4)", "-a-a", "a")]
    [InlineData("quorum(2, 4)", "aA", "ask 1")]
    [InlineData("quorum(2, 4)", "aAa", "a")]
    [InlineData("quorum(2, 4)", "AaA", "unsure")]
    [InlineData("quorum(2, 4)", "abba", "a")] // two sets agree: the first rank's
    [InlineData("quorum(2, 7)", "abbab", "b")]
    [InlineData("quorum(2, 4)", "abc", "ask 1")]
    [InlineData("quorum(2, 4)", "abcd", "unsure")]
    [InlineData("quorum(3, 3)", "-", "ask 2")] // the others may well have a result
    [InlineData("quorum(3, 3)", "--", "ask 1")]
    [InlineData("quorum(3, 3)", "---", "unsure")]
    [InlineData("quorum(3, 3)", "-a", "unsure")]
    [InlineData("quorum(1, 3)", "A", "ask 2")] // newcomers alone decide nothing
    [InlineData("quorum(1, 3)", "Ab", "b")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "", "ask 1")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "A", "A")] // the one worker is written as a newcomer; the others check it
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "Aa", "A")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "A-", "A")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "Ab", "ask 2")] // the lead of the others, without it
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "Abbb", "b")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "Abaaaa", "a")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "-", "ask 3")]
    [InlineData("checked(0.001, 0.05, 0.1, 1)", "-aaa", "a")]
    [InlineData("credibility(0.001, 0.05, 1)", "", "ask 3")]
    [InlineData("credibility(0.001, 0.05, 1)", "aa", "ask 1")]
    [InlineData("credibility(0.001, 0.05, 1)", "aaa", "a")]
    [InlineData("credibility(0.001, 0.05, 1, 5)", "AAAA", "ask 1")] // newcomers have no vote
    [InlineData("credibility(0.001, 0.05, 1)", "Aaaa", "a")]
    [InlineData("credibility(0.001, 0.05, 1)", "aab", "ask 2")]
    [InlineData("credibility(0.001, 0.05, 1)", "aabaa", "a")]
    [InlineData("credibility(0.001, 0.05, 1, 5)", "aabb", "unsure")] // of 5
    [InlineData("credibility(0.001, 0.05, 1, 5)", "abc", "unsure")] // three ways
    [InlineData("credibility(0.001, 0.05, 1, 9)", "abc", "ask 4")]
    [InlineData("credibility(0.001, 0.05, 1)", "-", "ask 3")]
    [InlineData("credibility(0.001, 0.05, 1, 5)", "---", "ask 2")]
    [InlineData("credibility(0.001, 0.05, 1, 9)", "---", "ask 3")]
    [InlineData("credibility(0.001, 0.05, 1, 9)", "------", "unsure")] // nobody can run it
    [InlineData("credibility(0.001, 0.05, 1, 9)", "-----a", "ask 2")]
    public void Votes_are_ruled_on(string text, string votes, string expected)
    {
        Assert.True(Policy.TryParse(text, out var policy));
        var ruling = policy.Rule([.. votes.Select(VoteOf)]);
        Assert.Equal(expected, ruling.Kind switch
        {
            RulingKind.Decided => $"{votes[ruling.By]}",
            RulingKind.AskMore => $"ask {ruling.More}",
            _ => "unsure",
        });
    }

    /// <summary>What the budget covers is never passed, what decides is a vote, and what was not asked for yet is asked for.</summary>
    [Fact]
    public void Every_policy_keeps_to_its_bounds() => Gen.Select(_policies, Gen.Char["aAbBcC--"].Array[0, 10]).Sample((policy, given) =>
    {
        var votes = given.Take(policy.Most).Select(VoteOf).ToArray();
        var ruling = policy.Rule(votes);
        Assert.Equal(ruling, policy.Rule(votes));
        if (ruling.Kind == RulingKind.AskMore)
            Assert.InRange(ruling.More, 1, policy.Most - votes.Length);
        else if (ruling.Kind == RulingKind.Decided)
            Assert.NotNull(votes[ruling.By].Digest);
        Assert.Equal(ruling.Kind == RulingKind.Decided, ruling.By >= 0);
        if (votes.Length == 0)
            Assert.Equal(Ruling.AskMore(policy.First), ruling);
        Assert.InRange(policy.Earning, 0, policy.First);
        Assert.True(Unanimous.Known.TryParse(policy.Text, out var read));
        Assert.Equal(policy, read);
    });

    private static Policy.Credibility Credibility(int error, int colluders, int answering, int more)
    {
        var policy = new Policy.Credibility(error / 1_000m, colluders / 100m, answering / 100m);
        return policy.Check() is not null ? new Policy.Credibility(0.01m)
            : more == 0 || policy.Lead + more > Policy.MaxExecutions ? policy
            : new Policy.Credibility(policy.Epsilon, policy.Colluders, policy.Answering, policy.Lead + more);
    }

    [Theory]
    [InlineData("steps(2, 2)", "p is 0 to 1, in steps of")]
    [InlineData("steps(2, 0.0000000001)", "p is 0 to 1, in steps of")]
    [InlineData("steps(65, 0)", "c is 1 to 64 steps")]
    [InlineData("steps(2, 0, 0.01, 0.5)", "half of the votes")]
    [InlineData("steps(2, 0, 0.01, 0.2)", "is written 'steps(2, 0)'")]
    public void Why_steps_can_not_be_had_is_said(string text, string why)
    {
        Assert.Null(Policies.Known.Parse(text, out var flaw));
        Assert.Contains(why, flaw, StringComparison.Ordinal);
    }

    private static Policy.Checked Checked(int error, int colluders, int share, int answering)
    {
        var policy = new Policy.Checked(error / 1_000m, colluders / 100m, share / 10m, answering / 100m);
        return policy.Check() is not null ? new Policy.Checked(0.01m) : policy;
    }

    private static Vote VoteOf(char vote) => new(vote == '-' ? null : Some.Hash(char.ToLowerInvariant(vote)), char.IsLower(vote));
}
