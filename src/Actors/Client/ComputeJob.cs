using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Client;

/// <summary>A job, as its boss sees it. Outcomes and progress can be read by several readers at once, and again later.</summary>
public sealed class ComputeJob
{
    /// <summary>An answer may take 4 s where there is no news.</summary>
    private static readonly TimeSpan LongPollTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Between the first pages: a bundle of one task costs as much as one of 256, so no more are cut than are run meanwhile.</summary>
    private static readonly TimeSpan MeasureDelay = TimeSpan.FromMilliseconds(20);

    private readonly Courier _courier;
    private readonly BossChain _chain;
    private readonly PageSigner? _pages;
    private int _credit;

    internal ComputeJob(Courier courier, BossChain chain, JobId id, int credit, PageSigner? pages) =>
        (_courier, _chain, Id, _credit, _pages) = (courier, chain, id, credit, pages);

    public JobId Id { get; }

    /// <summary>Hands in tasks, in pages; returns when all are durable. The job stays open. Not from two threads at once.</summary>
    /// <returns>The index of the first of these tasks.</returns>
    public async Task<long> AddAsync(IEnumerable<ReadOnlyMemory<byte>> inputs, CancellationToken cancel = default)
    {
        long first = -1;
        foreach (var page in Pager.Pages(inputs))
        {
            var added = await SendAsync(page, last: false, cancel);
            if (first < 0)
                first = added.FirstTask;
        }
        return first;
    }

    /// <summary>No more tasks will come: when those handed in are decided, the job is complete.</summary>
    public Task CloseAsync(CancellationToken cancel = default) => SendAsync([], last: true, cancel);

    /// <summary>
    /// Drops what is not decided yet. Of the budget comes back what was not drawn: executions that were drawn cost their price, decided
    /// or not (<see cref="CancelJob"/>).
    /// </summary>
    /// <exception cref="ComputeRefusedException">The job is another boss's: its key has to sign this.</exception>
    public Task CancelAsync(CancellationToken cancel = default) =>
        _courier.AskAsync<JobCancelled>(_chain.Cancel(Id), ComputeClient.ReplyTimeout, cancel);

    public Task<JobInfo> GetAsync(CancellationToken cancel = default) =>
        _courier.AskAsync<JobInfo>(new GetJob(Id), ComputeClient.ReplyTimeout, cancel);

    /// <summary>Progress whenever there is some, at most every 100 ms; ends with the job.</summary>
    public async IAsyncEnumerable<JobProgress> ProgressAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        var revision = 0L;
        while (true)
        {
            var progress = await _courier.AskAsync<JobProgress>(new GetProgress(Id, revision), LongPollTimeout, cancel);
            if (progress.Revision != revision)
                yield return progress;
            if (progress.Status == JobStatus.Finished)
                yield break;
            revision = progress.Revision;
        }
    }

    /// <summary>Every outcome once, from the first on; ends when there can be no more.</summary>
    /// <param name="ordered">By task index, or as they are decided.</param>
    public IAsyncEnumerable<Outcome> OutcomesAsync(bool ordered = true, CancellationToken cancel = default) =>
        OutcomesAsync(ordered, Task.CompletedTask, cancel);

    internal async IAsyncEnumerable<Outcome> OutcomesAsync(
        bool ordered, Task feeding, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reading = ReadAsync(OutcomeCursor.Start, ordered, cancel);
        while (true)
        {
            // Whoever feeds the job may fail: then there is no end to wait for.
            if (!feeding.IsCompleted && await Task.WhenAny(reading, feeding) == feeding)
                await feeding;
            else if (feeding.IsFaulted)
                await feeding;
            var page = await reading;
            if (!page.End)
                reading = ReadAsync(page.Next, ordered, cancel);
            foreach (var outcome in page.Outcomes)
                yield return outcome;
            if (page.End)
                yield break;
        }
    }

    /// <summary>Hands in all inputs but those that an earlier program with this job's key has handed in, and closes the job.</summary>
    /// <exception cref="ComputeRefusedException">It was closed with another number of inputs, or has ended before it had all.</exception>
    internal async Task FeedAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel)
    {
        if (_pages!.Next == 0)
        {
            await FeedNewAsync(inputs, window, cancel);
            return;
        }
        var before = (await GetAsync(cancel)).Progress;
        if (before.Ended.Length > 0)
            throw Refusal(RefusalReason.JobClosed, $"Id: job {Id} has ended: {before.Ended}. {before.Decided} of its {before.Tasks} tasks have outcomes.");
        window.Begin(_pages.Tasks);
        var rest = RestAsync(inputs, _pages.Tasks, cancel);
        if (before.Status == JobStatus.Open)
            await FeedNewAsync(rest, window, cancel);
        else if (await rest.AnyAsync(cancel))
            throw Refusal(RefusalReason.Conflict, $"Inputs: more than the {_pages.Tasks} with which job {Id} was closed.");
    }

    /// <summary>The inputs after those that the job has.</summary>
    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RestAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, long known, [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = 0L;
        await foreach (var input in inputs.WithCancellation(cancel))
        {
            if (seen++ >= known)
                yield return input;
        }
        if (seen < known)
            throw Refusal(RefusalReason.Conflict, $"Inputs: {seen}, but job {Id} was handed in before with {known}.");
    }

    private static ComputeRefusedException Refusal(RefusalReason reason, string message) => new(new Refused(reason, message));

    /// <summary>Several pages at once as the credit allows, and then the word that these were all.</summary>
    private async Task FeedNewAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel)
    {
        var sent = new Queue<Task<TasksAdded>>();
        await foreach (var page in Pager.Pages(inputs, cancel, () => _pages!.IsMeasuring, _pages!.Tasks))
        {
            await window.EnterAsync(page.Count, cancel);
            while (sent.Count > 0 && (sent.Peek().IsCompleted || _pages!.Next >= _credit))
                await sent.Dequeue();
            sent.Enqueue(SendAsync(page, last: false, cancel));
            if (!_pages!.IsMeasuring)
                continue;
            await sent.Dequeue();
            if (_pages.IsMeasuring)
                await Task.Delay(MeasureDelay, cancel);
        }
        while (sent.TryDequeue(out var page))
            await page;
        await CloseAsync(cancel);
    }

    private Task<OutcomePage> ReadAsync(OutcomeCursor cursor, bool ordered, CancellationToken cancel) =>
        _courier.AskAsync<OutcomePage>(new GetOutcomes(Id, cursor, ordered), LongPollTimeout, cancel);

    /// <summary>The next page, signed: for who sends it another way.</summary>
    internal AddTasks SignPage(IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool last) => _pages!.Sign(inputs, last);

    private async Task<TasksAdded> SendAsync(IReadOnlyList<ReadOnlyMemory<byte>> inputs, bool last, CancellationToken cancel)
    {
        var pages = _pages ?? throw new InvalidOperationException("This job was handed in elsewhere: here it can be read, not fed.");
        var added = await _courier.AskAsync<TasksAdded>(pages.Sign(inputs, last), ComputeClient.ReplyTimeout, cancel);
        _credit = Math.Max(_credit, added.Credit);
        pages.Bundle = added.Bundle;
        return added;
    }
}
