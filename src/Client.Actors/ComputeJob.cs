using System.Runtime.CompilerServices;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// A job, as its boss sees it. Outcomes and progress can be read by several readers at once, and again later. Each call throws
/// <see cref="ComputeRefusedException"/> where the network says no, and <see cref="ComputeUnavailableException"/> where no node answers
/// within <see cref="ComputeClientOptions.Patience"/>.
/// </summary>
public sealed class ComputeJob
{
    /// <summary>An answer may take 4 s where there is no news.</summary>
    private static readonly TimeSpan LongPollTimeout = TimeSpan.FromSeconds(8);

    private readonly RetryingAsk _ask;
    private readonly BossChain _chain;
    private readonly BlobLine _blobs;
    private readonly JobFeed? _feed;

    internal ComputeJob(RetryingAsk ask, BossChain chain, BlobLine blobs, JobId id, JobFeed? feed) =>
        (_ask, _chain, _blobs, Id, _feed) = (ask, chain, blobs, id, feed);

    /// <summary>The job's id.</summary>
    public JobId Id { get; }

    /// <summary>
    /// Hands in tasks, in pages; returns when all are durable. The job stays open. Not from two threads at once. Inputs over 48 KB go as
    /// blobs, of up to 64 MB unless the operator says otherwise; until they are decided, all of them count in this boss's quota.
    /// </summary>
    /// <returns>The index of the first of these tasks.</returns>
    /// <exception cref="InvalidOperationException">The job was handed in elsewhere: this object can read it, not feed it.</exception>
    public Task<long> AddAsync(IEnumerable<ReadOnlyMemory<byte>> inputs, CancellationToken cancel = default) =>
        Feed.AddAsync(inputs, cancel);

    /// <summary>No more tasks will come: when those handed in are decided, the job is complete. Idempotent.</summary>
    /// <exception cref="InvalidOperationException">The job was handed in elsewhere: this object can read it, not feed it.</exception>
    public Task CloseAsync(CancellationToken cancel = default) => Feed.CloseAsync(cancel);

    /// <summary>
    /// Drops what is not decided yet. Of the budget comes back what was not drawn: executions that were drawn cost their price, decided
    /// or not (<see cref="CancelJob"/>).
    /// </summary>
    /// <exception cref="ComputeRefusedException">The job is another boss's: its key has to sign this.</exception>
    public Task CancelAsync(CancellationToken cancel = default) =>
        _ask.AskAsync<JobCancelled>(_chain.Cancel(Id), ComputeClient.ReplyTimeout, cancel);

    /// <summary>The job's specification and its progress now.</summary>
    public Task<JobInfo> GetAsync(CancellationToken cancel = default) =>
        _ask.AskAsync<JobInfo>(new GetJob(Id), ComputeClient.ReplyTimeout, cancel);

    /// <summary>Progress whenever there is some, at most every 100 ms; ends with the job.</summary>
    public async IAsyncEnumerable<JobProgress> ProgressAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        var revision = 0L;
        while (true)
        {
            var progress = await _ask.AskAsync<JobProgress>(new GetProgress(Id, revision), LongPollTimeout, cancel);
            if (progress.Revision != revision)
                yield return progress;
            if (progress.Status == JobStatus.Finished)
                yield break;
            revision = progress.Revision;
        }
    }

    /// <summary>Every outcome once, from the first on; ends when there can be no more.</summary>
    /// <param name="ordered">By task index, or as they are decided.</param>
    /// <exception cref="ComputeRefusedException">An output is kept no more: its job ended, and the node needed its room.</exception>
    public IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered = true, CancellationToken cancel = default) =>
        OutcomesAsync(ordered, fetch: true, cancel);

    /// <inheritdoc cref="OutcomesAsync(bool, CancellationToken)"/>
    /// <param name="ordered">By task index, or as they are decided.</param>
    /// <param name="fetch">
    /// Whether outputs that are blobs are fetched, and checked. If not, <see cref="Outcome.OutputBlob"/> and
    /// <see cref="Outcome.ListingBlob"/> name them, and <see cref="ComputeClient.CopyBlobAsync"/> writes them into a stream.
    /// </param>
    /// <param name="cancel">Ends the reading.</param>
    public IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered, bool fetch, CancellationToken cancel = default) =>
        OutcomesAsync(ordered, fetch, Task.CompletedTask, cancel);

    /// <summary>
    /// What becomes known of the job's tasks, when it does: provisional outcomes too, which the final one of their task may replace. Ends
    /// when there can be no more.
    /// </summary>
    /// <inheritdoc cref="OutcomesAsync(bool, bool, CancellationToken)"/>
    public IAsyncEnumerable<Revision> RevisionsAsync(bool fetch = true, CancellationToken cancel = default) => JobRevisions.ReadAsync(
        (cursor, stop) => _ask.AskAsync<RevisionPage>(new GetRevisions(Id, cursor), LongPollTimeout, stop), fetch ? _blobs : null,
        cancel);

    /// <inheritdoc cref="JobOutcomes.ReadAsync"/>
    internal IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered, bool fetch, Task feeding, CancellationToken cancel) =>
        JobOutcomes.ReadAsync((cursor, stop) => ReadAsync(cursor, ordered, stop), fetch ? _blobs : null, feeding, cancel);

    private JobFeed Feed => _feed ?? throw new InvalidOperationException("This job was handed in elsewhere: here it can be read, not fed.");

    /// <inheritdoc cref="JobFeed.FeedAsync"/>
    internal Task FeedAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel) =>
        Feed.FeedAsync(inputs, window, cancel);

    private Task<OutcomePage> ReadAsync(OutcomeCursor cursor, bool ordered, CancellationToken cancel) =>
        _ask.AskAsync<OutcomePage>(new GetOutcomes(Id, cursor, ordered), LongPollTimeout, cancel);

    /// <inheritdoc cref="JobFeed.Sign"/>
    internal AddTasks SignPage(IReadOnlyList<TaskInput> inputs, bool last) => Feed.Sign(inputs, last);
}
