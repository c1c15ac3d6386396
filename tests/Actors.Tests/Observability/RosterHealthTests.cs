using AkkaCompute.Actors.Observability;
using AkkaCompute.Actors.Tests.Hosting;

namespace AkkaCompute.Actors.Tests.Observability;

public sealed class RosterHealthTests
{
    private readonly ManualTime _time = new();
    private readonly RosterHealth _health;

    public RosterHealthTests() => _health = new RosterHealth(_time, TimeSpan.FromSeconds(60));

    private void Pass(int seconds) => _time.Pass(TimeSpan.FromSeconds(seconds));

    [Fact]
    public void A_silent_singleton_is_a_stall_until_it_speaks()
    {
        Pass(60);
        Assert.Null(_health.Stalled);
        Pass(1);
        Assert.Equal("its singleton has not answered for 61 s", _health.Stalled);
        _health.OnHeard();
        Assert.Null(_health.Stalled);
    }

    [Fact]
    public void Work_that_waits_without_an_epoch_is_a_stall()
    {
        for (var seconds = 0; seconds < 62; seconds += 2)
        {
            _health.OnHeard();
            _health.OnWork(waits: true);
            Assert.Null(_health.Stalled);
            Pass(2);
        }
        _health.OnHeard();
        Assert.Equal("work has waited for an epoch for 62 s, and none has closed", _health.Stalled);
        _health.OnEpoch();
        Assert.Null(_health.Stalled);
    }

    [Fact]
    public void Nothing_to_do_is_no_stall_and_neither_are_epochs_that_come_while_more_waits()
    {
        for (var second = 0; second < 300; second++)
        {
            _health.OnHeard();
            _health.OnWork(waits: second < 200 && second % 2 == 0);
            Pass(1);
        }
        for (var second = 0; second < 300; second++)
        {
            _health.OnHeard();
            _health.OnWork(waits: true);
            Pass(1);
            if (second % 50 == 49)
                _health.OnEpoch();
        }
        Assert.Null(_health.Stalled);
    }

    [Fact]
    public void A_clock_that_is_set_is_no_stall()
    {
        _health.OnWork(waits: true);
        _time.Set(TimeSpan.FromDays(1));
        Assert.Null(_health.Stalled);
    }
}
