using Akka.Actor;
using Akka.Serialization;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>A job that is finished, and since when.</summary>
public sealed record FinishedJob(JobId Id, DateTimeOffset At);

/// <summary>
/// The finished jobs of a journal that are not erased, found by their last events: in all of the journal the first time, and then in what
/// is new. Some 100 bytes a job, and so many at the most: the next ones are found when these are erased. One call at a time.
/// </summary>
public sealed class FinishedJobs
{
    /// <summary>Jobs that are kept in mind: the first of the journal. Some 10 MB.</summary>
    private const int Most = 100_000;

    /// <summary>Jobs read at once.</summary>
    internal const int PageSize = 10_000;

    /// <summary>Places before the end that are read again: their writers may have been later than those after them.</summary>
    private const long Overlap = 10_000;

    private readonly IStoredEvents _events;
    private readonly int _serializer;
    private readonly string _manifest;
    private readonly int _most;
    private readonly Dictionary<JobId, DateTimeOffset> _jobs = [];
    private long _read;

    /// <param name="most">Jobs that are kept in mind, and a page more.</param>
    public FinishedJobs(IStoredEvents events, ActorSystem system, int most = Most)
    {
        ArgumentNullException.ThrowIfNull(system);
        var last = new Finished(default);
        var serializer = (SerializerWithStringManifest)system.Serialization.FindSerializerFor(last);
        (_events, _most, _serializer, _manifest) = (events, most, serializer.Identifier, serializer.Manifest(last));
    }

    /// <summary>Those that were finished before a time, oldest first: all of them, or the first of the journal.</summary>
    public async Task<IReadOnlyList<FinishedJob>> BeforeAsync(DateTimeOffset time, CancellationToken cancel)
    {
        var end = await _events.EndAsync(cancel).ConfigureAwait(false);
        for (var after = Math.Max(0, _read - Overlap); _jobs.Count < _most;)
        {
            var page = await _events.FindAsync(_serializer, _manifest, after, PageSize, cancel).ConfigureAwait(false);
            foreach (var mark in page)
                _jobs[JobActor.IdOf(mark.PersistenceId)] = mark.At;
            _read = page.Count < PageSize ? end : after = page[^1].Place;
            if (page.Count < PageSize)
                break;
        }
        return [.. _jobs.Where(job => job.Value < time).Select(job => new FinishedJob(job.Key, job.Value)).OrderBy(job => job.At)];
    }

    /// <summary>The job is erased.</summary>
    public void Remove(JobId id) => _jobs.Remove(id);
}
