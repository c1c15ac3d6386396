namespace AkkaCompute.Actors.Tests.Hosting;

/// <summary>A machine whose two clocks a test turns, each by itself. Timers fire once, when time passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Alarm> _alarms = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Set(TimeSpan by) => _now += by;

    public void Pass(TimeSpan time)
    {
        Alarm[] due;
        lock (_lock)
        {
            (_now, _ticks) = (_now + time, _ticks + time.Ticks);
            due = [.. _alarms.Where(alarm => alarm.Due <= _ticks)];
            _alarms.RemoveAll(due.Contains);
        }
        foreach (var alarm in due)
            alarm.Fire();
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private sealed class Alarm(ManualTime time, Action fire) : ITimer
    {
        public long Due { get; private set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan)
                throw new NotSupportedException("Timers of this clock fire once.");
            lock (time._lock)
            {
                time._alarms.Remove(this);
                Due = time._ticks + dueTime.Ticks;
                if (dueTime != Timeout.InfiniteTimeSpan)
                    time._alarms.Add(this);
            }
            return true;
        }

        public void Dispose()
        {
            lock (time._lock)
                time._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
