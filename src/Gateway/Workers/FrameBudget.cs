namespace AkkaCompute.Gateway.Workers;

/// <summary>How much of its rate a connection has left: a bucket of frames and one of bytes. For one thread.</summary>
internal sealed class FrameBudget(WorkerLimits limits, TimeProvider time)
{
    private const int BurstOfFrames = 2, BurstOfBytes = 4;

    private double _frames = BurstOfFrames * limits.FramesPerSecond, _bytes = BurstOfBytes * (double)limits.BytesPerSecond;
    private long _at = time.GetTimestamp();

    /// <summary>Takes a frame; false: it came too soon.</summary>
    public bool Take(int bytes)
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        _frames = Math.Min(BurstOfFrames * limits.FramesPerSecond, _frames + (seconds * limits.FramesPerSecond)) - 1;
        _bytes = Math.Min(BurstOfBytes * (double)limits.BytesPerSecond, _bytes + (seconds * limits.BytesPerSecond)) - bytes;
        return _frames >= 0 && _bytes >= 0;
    }
}
