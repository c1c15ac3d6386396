namespace AkkaCompute.Actors.Tests.Hosting;

/// <summary>A machine whose two clocks a test turns, each by itself.</summary>
internal sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Set(TimeSpan by) => _now += by;

    public void Pass(TimeSpan time) => (_now, _ticks) = (_now + time, _ticks + time.Ticks);

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _ticks;
}
