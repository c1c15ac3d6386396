using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>A moving average of what a task of a job takes on a slot.</summary>
internal sealed class TaskTime
{
    /// <summary>How much the newest bundle weighs: a job's tasks may change, one slow bundle says little.</summary>
    private const double Weight = 0.2;

    private double _seconds = double.NaN;

    public void Add(IReadOnlyList<TaskResult> results)
    {
        if (results.Count == 0)
            return;
        var mean = results.Average(result => result.Elapsed.TotalSeconds);
        _seconds = double.IsNaN(_seconds) ? mean : ((1 - Weight) * _seconds) + (Weight * mean);
    }

    /// <summary>How many tasks take about <paramref name="time"/>; 1 as long as nothing was measured.</summary>
    public int Bundle(TimeSpan time, int most)
    {
        if (double.IsNaN(_seconds))
            return 1;
        var tasks = time.TotalSeconds / Math.Max(_seconds, 1e-9);
        return tasks >= most ? most : Math.Max(1, (int)tasks);
    }
}
