using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Domain.Tests.Verification;

public sealed class AnswerRateTests
{
    [Fact]
    public void Nothing_is_said_of_few_and_then_the_share_that_answered()
    {
        var rate = new AnswerRate();
        rate.Add(answered: true, AnswerRate.Least - 1);
        Assert.Null(rate.Measured);
        rate.Add(answered: false, 1);
        Assert.Equal(63 / 64m, rate.Measured);
        Assert.Throws<ArgumentOutOfRangeException>(() => rate.Add(answered: true, -1));
    }

    [Fact]
    public void What_is_long_ago_weighs_little()
    {
        var rate = new AnswerRate();
        rate.Add(answered: true, 100_000);
        for (var i = 0; i < 20_000; i++)
            rate.Add(answered: i % 2 == 0, 1);
        Assert.InRange(rate.Measured!.Value, 0.49m, 0.56m);
    }

    [Theory]
    [InlineData(null, 0.2, 0.7)]
    [InlineData(0.76, 0.2, 0.7)] // .2 + .8 · .7
    [InlineData(0.769, 0.2, 0.71)] // rounded down
    [InlineData(1.0, 0.35, 1.0)]
    [InlineData(0.1, 0.2, 0.01)] // fewer answer than would collude
    [InlineData(0.5, 0.0, 0.5)]
    public void Of_the_honest_fewer_answer_than_of_all(double? measured, double colluders, double expected) =>
        Assert.Equal((decimal)expected, AnswerRate.OfHonest((decimal?)measured, (decimal)colluders));

    [Fact]
    public void All_colluders_have_no_honest_beside_them() => Assert.Throws<ArgumentOutOfRangeException>(() => AnswerRate.OfHonest(1, 1));
}
