using System.Diagnostics;

namespace AkkaCompute.Bench.Support;

/// <summary>Time and medians.</summary>
internal static class Measure
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double Seconds(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public static async Task<double> SecondsAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The median time of one call in microseconds, after a warm-up of as many calls as one batch.</summary>
    /// <param name="calls">Calls of one batch, long against the clock.</param>
    public static double Microseconds(int batches, int calls, Action<int> call)
    {
        var times = new double[batches];
        for (var batch = -1; batch < batches; batch++)
        {
            var seconds = Seconds(() =>
            {
                for (var i = 0; i < calls; i++)
                    call(i);
            });
            if (batch >= 0)
                times[batch] = seconds * 1e6 / calls;
        }
        return Median(times);
    }

    /// <summary>Runs one action on each of several threads, started together.</summary>
    public static double SecondsOnThreads(int threads, Action<int> action)
    {
        using var start = new Barrier(threads + 1);
        var running = Enumerable.Range(0, threads).Select(number =>
        {
            var thread = new Thread(() =>
            {
                start.SignalAndWait();
                action(number);
            });
            thread.Start();
            return thread;
        }).ToArray();
        start.SignalAndWait();
        var from = Stopwatch.GetTimestamp();
        foreach (var thread in running)
            thread.Join();
        return Stopwatch.GetElapsedTime(from).TotalSeconds;
    }
}
