using System.Diagnostics;

namespace AkkaCompute.Bench.Support;

/// <summary>Time and medians.</summary>
internal static class Measure
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

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

    /// <summary>The median over batches of what one call takes, in microseconds.</summary>
    /// <param name="calls">Calls of one batch, long against the clock.</param>
    /// <param name="call">Gets the number of the call, which counts on over all batches.</param>
    public static double Microseconds(int batches, int calls, Action<int> call)
    {
        // Long enough that the compiler's last tier is in place: it is made in the background, 100 ms after the first calls.
        var (number, warm) = (0, Stopwatch.GetTimestamp());
        while (number < calls || Stopwatch.GetElapsedTime(warm) < WarmUp)
            call(number++);
        var times = new double[batches];
        for (var batch = 0; batch < batches; batch++)
        {
            times[batch] = 1e6 / calls * Seconds(() =>
            {
                for (var end = number + calls; number < end; number++)
                    call(number);
            });
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
