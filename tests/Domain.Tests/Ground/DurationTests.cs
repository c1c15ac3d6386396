using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Tests.Ground;

public sealed class DurationTests
{
    [Theory]
    [InlineData("7d", 7 * 86_400)]
    [InlineData("12h", 43_200)]
    [InlineData("30m", 1_800)]
    [InlineData("90m", 5_400)]
    [InlineData("1s", 1)]
    [InlineData("100000d", 8_640_000_000)]
    public void It_is_read_and_written(string text, long seconds)
    {
        Assert.True(Duration.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromSeconds(seconds), span);
        Assert.Equal(text, Duration.Text(span));
    }

    [Theory]
    [InlineData(""), InlineData("d"), InlineData("7"), InlineData("7 d"), InlineData("-7d"), InlineData("+7d"), InlineData("1.5d")]
    [InlineData("100001d"), InlineData("9999999999d"), InlineData("7w"), InlineData("7D"), InlineData("7dd")]
    public void Anything_else_is_not(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void Parts_of_a_second_are_left_out() => Assert.Equal("1s", Duration.Text(TimeSpan.FromMilliseconds(1_999)));
}
