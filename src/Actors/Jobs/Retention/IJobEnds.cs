using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Actors.Jobs.Retention;

/// <summary>An event as a journal has it.</summary>
/// <param name="Serializer">The serializer's id.</param>
/// <param name="Manifest">What the serializer calls its type.</param>
public sealed record StoredEvent(int Serializer, string Manifest, byte[] Bytes);

/// <summary>A job that has ended.</summary>
public sealed record JobEnd(JobId Job, DateTimeOffset At);

/// <summary>When jobs have ended, and what their journals keep. Everything may be repeated.</summary>
public interface IJobEnds
{
    /// <summary>Notes that a job is about to be finished; durable when it returns. The first time counts.</summary>
    Task NoteAsync(JobEnd end, CancellationToken cancel);

    /// <summary>The jobs that ended before a time, oldest first.</summary>
    Task<IReadOnlyList<JobEnd>> ListAsync(DateTimeOffset before, int most, CancellationToken cancel);

    /// <summary>
    /// Puts other events in the places of an actor's, one after the other from the first: no place and no order in the journal changes.
    /// </summary>
    /// <param name="rewrite">What is to stand there; null to leave it.</param>
    Task RewriteAsync(string persistenceId, Func<StoredEvent, StoredEvent?> rewrite, CancellationToken cancel);

    /// <summary>The job is erased: it need not be listed any more.</summary>
    Task DropAsync(JobId job, CancellationToken cancel);
}
