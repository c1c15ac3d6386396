using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using CsCheck;

namespace AkkaCompute.Domain.Tests.Verification;

/// <summary>Votes for whole numbers, near where they are at most 10 apart: colluders know all that honest workers say.</summary>
public sealed class NearVotesTests
{
    private const int Near = 10;

    private static readonly Policy[] _policies = [new Policy.Quorum(3, 31), new Policy.Quorum(2, 7), new Policy.Credibility(0.001m, 0.2m, 1), new Policy.Credibility(0.1m, 0.2m, 1)];

    private static readonly Gen<(int[] Honest, int[] Lies, int Policy)> _votes = Gen.Select(
        Gen.Int[100, 100 + Near].Array[1, 12], Gen.Int[60, 160].Array[0, 12], Gen.Int[0, _policies.Length - 1], (honest, lies, policy) => (honest, lies, policy));

    /// <summary>The same votes in any order come to the same result; and as many more are asked for.</summary>
    [Fact]
    public void The_order_of_votes_decides_nothing() => Gen.Select(_votes, Gen.Int[0, 1_000_000]).Sample((votes, seed) =>
    {
        int[] said = [.. votes.Honest, .. votes.Lies];
        int[] other = [.. said];
        new Random(seed).Shuffle(other);
        Assert.Equal(Come(votes.Policy, said), Come(votes.Policy, other));
    });

    /// <summary>However few or many of them there are, honest results count together: the outcome is no later than it would be if all of them were equal.</summary>
    [Fact]
    public void Colluders_cannot_split_the_honest() => _votes.Sample(votes =>
    {
        int[] same = [.. votes.Honest.Select(_ => 100), .. votes.Lies.Select(lie => lie is >= 90 and <= 120 ? 500 + lie : lie)];
        int[] said = [.. votes.Honest, .. votes.Lies];
        var (equal, near) = (Exact(votes.Policy, same), Come(votes.Policy, said));
        if (equal is (RulingKind.Decided, 100, _))
            Assert.Equal(RulingKind.Decided, near.Kind);
        if (equal.Kind == RulingKind.AskMore)
            Assert.True(near.Kind == RulingKind.Decided || (near.Kind == RulingKind.AskMore && near.More <= equal.More), $"{near}, but {equal} if honest results were equal.");
    });

    /// <summary>An outcome that no honest result is near takes as many colluders as if results were compared by their bytes: here they have fewer votes.</summary>
    [Fact]
    public void Fewer_colluders_cannot_shift_the_outcome_beyond_the_honest() => _votes.Where(votes => votes.Lies.Length < votes.Honest.Length).Sample(votes =>
    {
        int[] said = [.. votes.Honest, .. votes.Lies];
        var (kind, outcome, _) = Come(votes.Policy, said);
        if (kind == RulingKind.Decided)
            Assert.Contains(votes.Honest, honest => Math.Abs(honest - outcome) <= Near);
    });

    /// <summary>Whoever said what an honest worker may say is accepted with an outcome that is near an honest one.</summary>
    [Fact]
    public void No_honest_result_is_left_out_of_what_is_accepted() => _votes.Sample(votes =>
    {
        int[] said = [.. votes.Honest, .. votes.Lies];
        var given = Votes(said);
        var ruling = NearVotes.Rule(_policies[votes.Policy], given, IsNear(said));
        if (ruling.Kind != RulingKind.Decided || !votes.Honest.Any(honest => Math.Abs(honest - said[ruling.By]) <= Near))
            return;
        var accepted = NearVotes.Accepted(given, ruling.By, IsNear(said));
        Assert.All(Enumerable.Range(0, votes.Honest.Length), place => Assert.True(accepted[place]));
        for (var i = 0; i < said.Length; i++)
            Assert.False(accepted[i] && Math.Abs(said[i] - said[ruling.By]) > 2 * Near);
    });

    [Theory]
    [InlineData("100 110 105", 3, "Decided 100")] // all have two others: the lowest digest, which is 100's here
    [InlineData("100 110 105 200", 3, "Decided 100")]
    [InlineData("100 111 105", 3, "Decided 105")] // it alone has two
    [InlineData("100 120 140", 3, "AskMore 2")]
    [InlineData("100 120 101", 3, "AskMore 1")]
    [InlineData("- 100 - 110 105", 3, "Decided 100")]
    [InlineData("- -", 3, "AskMore 3")]
    public void A_result_stands_for_those_that_are_near_it(string votes, int m, string expected)
    {
        int?[] said = [.. votes.Split(' ').Select(vote => vote == "-" ? (int?)null : int.Parse(vote, System.Globalization.CultureInfo.InvariantCulture))];
        var ruling = NearVotes.Rule(new Policy.Quorum(m, 7), [.. said.Select(vote => new Vote(Digest(vote), IsTrusted: true))], (i, j) => Math.Abs(said[i]!.Value - said[j]!.Value) <= Near);
        Assert.Equal(expected, ruling.Kind == RulingKind.Decided ? $"Decided {said[ruling.By]}" : $"{ruling.Kind} {ruling.More}");
    }

    private static (RulingKind Kind, int Outcome, int More) Come(int policy, int[] said)
    {
        var ruling = NearVotes.Rule(_policies[policy], Votes(said), IsNear(said));
        return (ruling.Kind, ruling.By < 0 ? -1 : said[ruling.By], ruling.More);
    }

    private static (RulingKind Kind, int Outcome, int More) Exact(int policy, int[] said)
    {
        var ruling = _policies[policy].Rule(Votes(said));
        return (ruling.Kind, ruling.By < 0 ? -1 : said[ruling.By], ruling.More);
    }

    private static Func<int, int, bool> IsNear(int[] said) => (i, j) => Math.Abs(said[i] - said[j]) <= Near;

    private static Vote[] Votes(int[] said) => [.. said.Select(value => new Vote(Digest(value), IsTrusted: true))];

    /// <summary>In the order of the numbers.</summary>
    private static Hash256? Digest(int? value)
    {
        if (value is not { } number)
            return null;
        var bytes = new byte[Hash256.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return new Hash256(bytes);
    }
}
