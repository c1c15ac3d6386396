namespace AkkaCompute.Tests.Cluster;

/// <summary>A machine's clock that an operator sets; its monotonic part goes on.</summary>
internal sealed class SettableClock : TimeProvider
{
    private long _offset;

    public void Set(TimeSpan later) => Interlocked.Add(ref _offset, later.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offset));
}
