namespace AkkaCompute.Actors.Timing;

/// <summary>
/// A clock that nobody can set. It reads the machine's clock once, and then goes on by the monotonic one. So a difference of two of its
/// times is a duration, whatever an operator or NTP does to the machine's clock meanwhile; two processes may differ as their machines did
/// when they started. It stands still while the machine sleeps.
/// </summary>
public sealed class SteadyTime : TimeProvider
{
    private readonly TimeProvider _machine;
    private readonly DateTimeOffset _start;
    private readonly long _startStamp;

    public SteadyTime(TimeProvider machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        (_machine, _start, _startStamp) = (machine, machine.GetUtcNow(), machine.GetTimestamp());
    }

    /// <summary>The clock of this process.</summary>
    public static SteadyTime OfProcess { get; } = new(System);

    public override long TimestampFrequency => _machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _machine.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _start + _machine.GetElapsedTime(_startStamp);

    public override long GetTimestamp() => _machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _machine.CreateTimer(callback, state, dueTime, period);
}
