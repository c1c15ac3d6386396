using AkkaCompute.Actors.Timing;


namespace AkkaCompute.Actors.Tests.Hosting;

public sealed class SteadyTimeTests
{
    [Fact]
    public void A_clock_that_is_set_moves_nothing_and_time_that_passes_does()
    {
        var machine = new ManualTime();
        var steady = new SteadyTime(machine);
        var start = steady.GetUtcNow();
        Assert.Equal(machine.GetUtcNow(), start);
        machine.Set(TimeSpan.FromDays(-1));
        Assert.Equal(start, steady.GetUtcNow());
        machine.Pass(TimeSpan.FromSeconds(3));
        machine.Set(TimeSpan.FromDays(400));
        Assert.Equal(start + TimeSpan.FromSeconds(3), steady.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(3), steady.GetElapsedTime(0));
    }
}
