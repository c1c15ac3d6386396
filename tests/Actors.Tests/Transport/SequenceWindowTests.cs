using AkkaCompute.Actors.Transport.Guard;

namespace AkkaCompute.Tests.Actors.Transport;

public sealed class SequenceWindowTests
{
    [Fact]
    public void Numbers_in_order_are_taken_for_ever()
    {
        var window = new SequenceWindow(128);
        for (var number = 0L; number < 1_000; number++)
            Assert.True(window.TryTake(number, 100));
        Assert.Equal(1_000, window.Next);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(128)]
    [InlineData(1L << 40)]
    [InlineData(long.MaxValue)]
    public void A_number_far_ahead_is_refused_and_changes_nothing(long number)
    {
        var window = new SequenceWindow(128);
        Assert.False(window.TryTake(number, 100));
        Assert.True(window.TryTake(127, 100));
        Assert.Equal(0, window.Next);
    }

    // Each within the window of the one before: what is missing would be without bound.
    [Fact]
    public void Steps_do_not_lead_ahead_while_one_is_missing()
    {
        var window = new SequenceWindow(128);
        for (var number = 1; number < 128; number++)
            Assert.True(window.TryTake(number, 100));
        Assert.False(window.TryTake(128, 100));
        Assert.True(window.TryTake(0, 100));
        Assert.Equal(128, window.Next);
        Assert.True(window.TryTake(128, 100));
    }

    [Fact]
    public void What_waits_is_bounded_in_bytes()
    {
        var window = new SequenceWindow(128);
        var large = GuardLimits.MaxHeld / 4;
        Assert.All([1, 2, 3, 4], number => Assert.True(window.TryTake(number, large)));
        Assert.False(window.TryTake(5, 1));
        Assert.True(window.TryTake(0, large));
        Assert.True(window.TryTake(6, large));
    }

    // Against the set of all that came, over sizes that are no multiple of a word too.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(63, 2)]
    [InlineData(128, 3)]
    [InlineData(200, 4)]
    public void It_says_what_a_set_of_all_numbers_says(int size, int seed)
    {
        var random = new Random(seed);
        var window = new SequenceWindow(size);
        var (all, next) = (new HashSet<long>(), 0L);
        for (var i = 0; i < 20_000; i++)
        {
            var number = next + random.Next(-3, size + 3);
            var expected = number >= 0 && number < next + size;
            Assert.Equal(expected, window.TryTake(number, 1));
            if (expected)
                all.Add(number);
            while (all.Contains(next))
                next++;
            Assert.Equal(next, window.Next);
        }
        Assert.True(next > 1_000);
    }
}
