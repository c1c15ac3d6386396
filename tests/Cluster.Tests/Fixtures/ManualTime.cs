namespace AkkaCompute.Tests.Cluster;

/// <summary>A wall clock that is set by hand; timers and timestamps are the machine's.</summary>
internal sealed class ManualTime : TimeProvider
{
    private DateTimeOffset _now = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
