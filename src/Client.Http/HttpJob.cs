using System.Runtime.CompilerServices;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Client.Http;

/// <summary>
/// A job, as its boss outside the cluster sees it. Each call throws <see cref="Domain.Outside.RefusedException"/> where the network says
/// no, and <see cref="SilentNetworkException"/> where nobody answers.
/// </summary>
public sealed class HttpJob
{
    private readonly HttpLine _line;
    private readonly BossChain _chain;
    private readonly BlobLine _blobs;
    private readonly JobFeed? _feed;

    internal HttpJob(HttpLine line, BossChain chain, BlobLine blobs, JobId id, JobFeed? feed) =>
        (_line, _chain, _blobs, Id, _feed) = (line, chain, blobs, id, feed);

    /// <summary>The job's id.</summary>
    public JobId Id { get; }

    /// <summary>The job's specification and its progress now.</summary>
    public Task<JobInfo> GetAsync(CancellationToken cancel) => _line.AskAsync<JobInfo>(new GetJob(Id), cancel);

    /// <summary>Drops what is not decided yet; executions that were drawn are charged (<see cref="CancelJob"/>). Idempotent.</summary>
    public Task CancelAsync(CancellationToken cancel) => _line.AskAsync<JobCancelled>(_chain.Cancel(Id), cancel);

    /// <summary>Progress whenever there is some; ends with the job.</summary>
    public async IAsyncEnumerable<JobProgress> ProgressAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var revision = 0L;
        while (true)
        {
            var progress = await _line.AskAsync<JobProgress>(new GetProgress(Id, revision), cancel);
            if (progress.Revision != revision)
                yield return progress;
            if (progress.Status == JobStatus.Finished)
                yield break;
            revision = progress.Revision;
        }
    }

    /// <summary>Every outcome once, from the first on; ends when there can be no more.</summary>
    /// <param name="ordered">By task index, or as they are decided.</param>
    public IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered, CancellationToken cancel) =>
        OutcomesAsync(ordered, Task.CompletedTask, cancel);

    /// <summary>What becomes known of the job's tasks, when it does: provisional outcomes too. Ends when there can be no more.</summary>
    public IAsyncEnumerable<Revision> RevisionsAsync(CancellationToken cancel) => JobRevisions.ReadAsync(
        (cursor, stop) => _line.AskAsync<RevisionPage>(new GetRevisions(Id, cursor), stop), _blobs, cancel);

    /// <inheritdoc cref="JobOutcomes.ReadAsync"/>
    private IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered, Task feeding, CancellationToken cancel) => JobOutcomes.ReadAsync(
        (cursor, stop) => _line.AskAsync<OutcomePage>(new GetOutcomes(Id, cursor, ordered), stop), _blobs, feeding, cancel);

    /// <summary>Runs every input as a task. The job is closed when the inputs end, and goes on when the reader stops.</summary>
    /// <param name="ordered">By the order of the inputs, or as they are decided.</param>
    /// <exception cref="InvalidOperationException">The job was handed in elsewhere: this object can read it, not feed it.</exception>
    public async IAsyncEnumerable<Outcome> MapAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, bool ordered, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var window = new Window(Window.Tasks);
        var feeding = FeedAsync(inputs, window, stop.Token);
        try
        {
            await foreach (var outcome in OutcomesAsync(ordered, feeding, stop.Token))
            {
                window.Release(outcome.Task);
                yield return outcome;
            }
            await feeding;
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    /// <summary>Hands in every input as a task, and closes the job: nobody here waits for outcomes.</summary>
    /// <exception cref="InvalidOperationException">The job was handed in elsewhere: this object can read it, not feed it.</exception>
    public Task HandInAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, CancellationToken cancel) =>
        FeedAsync(inputs, new Window(long.MaxValue, isRead: false), cancel);

    /// <inheritdoc cref="JobFeed.FeedAsync"/>
    private Task FeedAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel) =>
        (_feed ?? throw new InvalidOperationException("This job was handed in elsewhere: here it can be read, not fed."))
            .FeedAsync(inputs, window, cancel);
}
