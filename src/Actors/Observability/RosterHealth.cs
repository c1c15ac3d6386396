namespace AkkaCompute.Actors.Observability;

/// <summary>
/// Whether the roster moves, as its replica on this node sees it: whether its singleton answers, and whether epochs close while work
/// waits for them. Written by the replica, read by any thread. No work, no epochs: that is no stall.
/// </summary>
/// <param name="time">Only its monotonic part is used.</param>
/// <param name="limit">A silence or a wait that is longer is a stall.</param>
public sealed class RosterHealth(TimeProvider time, TimeSpan limit)
{
    private const long Nothing = long.MinValue;

    private long _heard = time.GetTimestamp();
    private long _waitsSince = Nothing;

    /// <summary>What does not move; <c>null</c> where it moves, or has nothing to do.</summary>
    public string? Stalled
    {
        get
        {
            if (Longer(Interlocked.Read(ref _heard)) is { } silence)
                return $"its singleton has not answered for {silence.TotalSeconds:F0} s";
            return Longer(Interlocked.Read(ref _waitsSince)) is { } wait
                ? $"work has waited for an epoch for {wait.TotalSeconds:F0} s, and none has closed"
                : null;
        }
    }

    /// <summary>The singleton has said something.</summary>
    internal void OnHeard() => Interlocked.Exchange(ref _heard, time.GetTimestamp());

    /// <summary>An epoch has come. What still waits has waited since now.</summary>
    internal void OnEpoch() => Interlocked.Exchange(ref _waitsSince, Nothing);

    /// <summary>Whether anything of this node waits for an epoch.</summary>
    internal void OnWork(bool waits)
    {
        if (!waits)
            Interlocked.Exchange(ref _waitsSince, Nothing);
        else if (Interlocked.Read(ref _waitsSince) == Nothing)
            Interlocked.Exchange(ref _waitsSince, time.GetTimestamp());
    }

    private TimeSpan? Longer(long since) =>
        since != Nothing && time.GetElapsedTime(since) is var elapsed && elapsed > limit ? elapsed : null;
}
