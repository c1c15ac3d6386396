using System.Diagnostics;

namespace AkkaCompute.Bench.Support;

/// <summary>What the whole process spent on something.</summary>
internal sealed record Cost(double Seconds, double CpuSeconds, double AllocatedBytes, double GcPauseSeconds, int Gen0, int Gen1, int Gen2)
{
    public static Meter Start() => new();

    /// <summary>Counts from its making on.</summary>
    internal sealed class Meter
    {
        private readonly TimeSpan _cpu = Environment.CpuUsage.TotalTime;
        private readonly long _allocated = GC.GetTotalAllocatedBytes();
        private readonly TimeSpan _pauses = GC.GetTotalPauseDuration();
        private readonly int[] _collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)];
        private readonly long _start = Stopwatch.GetTimestamp();

        public Cost Stop() => new(
            Stopwatch.GetElapsedTime(_start).TotalSeconds,
            (Environment.CpuUsage.TotalTime - _cpu).TotalSeconds,
            GC.GetTotalAllocatedBytes() - _allocated,
            (GC.GetTotalPauseDuration() - _pauses).TotalSeconds,
            GC.CollectionCount(0) - _collections[0], GC.CollectionCount(1) - _collections[1], GC.CollectionCount(2) - _collections[2]);
    }
}
