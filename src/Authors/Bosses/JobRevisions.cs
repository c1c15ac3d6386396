using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Jobs.Protocol;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Reads what becomes known of a job's tasks, the next page while one is being used.</summary>
public static class JobRevisions
{
    /// <summary>All of it, from the first on; ends when there can be no more.</summary>
    /// <param name="read">Reads a page; it may wait some seconds for news.</param>
    /// <param name="fetch">Brings large outputs; <c>null</c> where they stay blobs.</param>
    public static async IAsyncEnumerable<Revision> ReadAsync(
        Func<OutcomeCursor, CancellationToken, Task<RevisionPage>> read, BlobLine? fetch, [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        var reading = read(OutcomeCursor.Start, cancel);
        while (true)
        {
            var page = await reading;
            if (!page.End)
                reading = read(page.Next, cancel);
            foreach (var revision in page.Revisions)
                yield return fetch is null ? revision : revision with { Outcome = await fetch.FetchAsync(revision.Outcome, cancel) };
            if (page.End)
                yield break;
        }
    }
}
