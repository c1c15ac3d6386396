using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>
/// How long a job has heard nothing of its boss: no authorization, or, where all that it has is decided or nothing is, no page. By a
/// stopwatch; what was before this process is known by the last page's time, and not where tasks are open.
/// </summary>
internal sealed class JobIdle(JobState state, JobOptions options, TimeProvider time)
{
    private TimeSpan _before = Before(state, time);
    private long _since = time.GetTimestamp();
    private (bool, int, int) _seen = Progress(state);

    /// <summary>Why the job is to end; <c>null</c> where it is not. To be asked now and then.</summary>
    public string? Check()
    {
        if (state.Status != JobStatus.Open || state.Complete)
            return null;
        if (Progress(state) is var now && now != _seen)
            (_seen, _since, _before) = (now, time.GetTimestamp(), TimeSpan.Zero);
        var idle = _before + time.GetElapsedTime(_since);
        if (state.Submits is null)
            return idle > options.AuthorizeWithin ? $"its boss did not authorize it within {Duration.Text(options.AuthorizeWithin)}" : null;
        return options.Limits.IdleTime is { } most && idle > most
            ? $"no page came, and nothing was decided, for {Duration.Text(most)}: its boss is gone"
            : null;
    }

    private static (bool, int, int) Progress(JobState state) => (state.Submits is not null, state.Pages.Count, state.Batches.Count);

    private static TimeSpan Before(JobState state, TimeProvider time) =>
        state.AllDecided && state.PageAt is { } at && time.GetUtcNow() - at is var past && past > TimeSpan.Zero ? past : TimeSpan.Zero;
}
