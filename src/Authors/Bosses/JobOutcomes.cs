using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Reads a job's outcomes, the next page while one is being used.</summary>
public static class JobOutcomes
{
    /// <summary>Every outcome once, from the first on; ends when there can be no more.</summary>
    /// <param name="read">Reads a page; it may wait some seconds for news.</param>
    /// <param name="fetch">Brings large outputs; <c>null</c> where they stay blobs.</param>
    /// <param name="feeding">Whoever hands in the tasks: where that fails, there is no end to wait for.</param>
    public static async IAsyncEnumerable<Outcome> ReadAsync(
        Func<OutcomeCursor, CancellationToken, Task<OutcomePage>> read, BlobLine? fetch, Task feeding,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(feeding);
        var reading = read(OutcomeCursor.Start, cancel);
        while (true)
        {
            if (!feeding.IsCompleted && await Task.WhenAny(reading, feeding) == feeding)
                await feeding;
            else if (feeding.IsFaulted)
                await feeding;
            var page = await reading;
            if (!page.End)
                reading = read(page.Next, cancel);
            foreach (var outcome in page.Outcomes)
                yield return fetch is null ? outcome : await fetch.FetchAsync(outcome, cancel);
            if (page.End)
                yield break;
        }
    }
}
