using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Authors.Bosses;

/// <summary>Hands in the tasks of one job, in signed pages and within the job's credit. Not from two threads at once.</summary>
/// <param name="credit">Pages below this number may be sent without waiting for replies.</param>
/// <param name="blobs">Takes inputs that are too large for a page.</param>
public sealed class JobFeed(IBossLine line, JobId job, int credit, PageSigner pages, BlobLine blobs)
{
    /// <summary>
    /// Between the first pages: a bundle of one task costs as much as one of 256, so no more are cut than are run meanwhile.
    /// </summary>
    private static readonly TimeSpan MeasureDelay = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan RoomDelay = TimeSpan.FromMilliseconds(200);
    private const int RoomTries = 25;

    private readonly Answered _answered = new();
    private int _credit = credit;

    /// <summary>Hands in tasks; returns when all are durable. The job stays open.</summary>
    /// <returns>The index of the first of these tasks; -1 where there are none.</returns>
    public async Task<long> AddAsync(IEnumerable<ReadOnlyMemory<byte>> inputs, CancellationToken cancel)
    {
        long first = -1;
        try
        {
            await foreach (var page in Pager.Pages(
                LargePutAsync(inputs.ToAsyncEnumerable(), null, cancel), cancel, first: pages.Tasks, firstPage: Pager.MaxTasks))
            {
                var added = await SendAsync(page, last: false, cancel);
                if (first < 0)
                    first = added.FirstTask;
            }
        }
        catch (RefusedException tooLarge)
        {
            throw line.Refusal(tooLarge.Refused);
        }
        return first;
    }

    /// <summary>No more tasks will come.</summary>
    public Task CloseAsync(CancellationToken cancel) => SendAsync([], last: true, cancel);

    /// <summary>Hands in all inputs but those that an earlier program with this job's key has handed in, and closes the job.</summary>
    /// <exception cref="Exception"><see cref="IBossLine.Refusal"/>: it was closed with another number of inputs, or has ended before it had
    /// all.</exception>
    public async Task FeedAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (pages.Next == 0)
        {
            await FeedNewAsync(inputs, window, cancel);
            return;
        }
        var before = (await line.AskAsync<JobInfo>(new GetJob(job), cancel)).Progress;
        if (before.Ended.Length > 0)
            throw Refusal(
                RefusalReason.JobClosed,
                $"Id: job {job} has ended: {before.Ended}. {before.Decided} of its {before.Tasks} tasks have outcomes.");
        window.Begin(pages.Tasks);
        var rest = RestAsync(inputs, pages.Tasks, cancel);
        if (before.Status == JobStatus.Open)
            await FeedNewAsync(rest, window, cancel);
        else if (await rest.AnyAsync(cancel))
            throw Refusal(RefusalReason.Conflict, $"Inputs: more than the {pages.Tasks} with which job {job} was closed.");
    }

    /// <summary>The next page, signed: for who sends it another way.</summary>
    public AddTasks Sign(IReadOnlyList<TaskInput> inputs, bool last) => pages.Sign(inputs, last);

    /// <summary>The inputs as pages have them: large ones are put, as far ahead as the window allows.</summary>
    private async IAsyncEnumerable<TaskInput> LargePutAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window? window, [EnumeratorCancellation] CancellationToken cancel)
    {
        var task = pages.Tasks;
        _answered.To(task);
        await foreach (var input in inputs.WithCancellation(cancel))
        {
            if (window is not null && input.Length > Pager.MaxBytes)
            {
                await window.EnterLargeAsync(task, input.Length, cancel);
                // The job keeps those before it from then on: a blob that no job needs is the first to go where its boss has no room.
                await _answered.UntilAsync(task, cancel);
            }
            yield return input.Length > Pager.MaxBytes ? await PutAsync(task, input, window, cancel) : new TaskInput(input, null);
            task++;
        }
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
            throw Refusal(RefusalReason.Conflict, $"Inputs: {seen}, but job {job} was handed in before with {known}.");
    }

    /// <summary>Several pages at once as the credit allows, and then the word that these were all.</summary>
    private async Task FeedNewAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, Window window, CancellationToken cancel)
    {
        var sent = new Queue<Task<TasksAdded>>();
        try
        {
            await foreach (var page in Pager.Pages(LargePutAsync(inputs, window, cancel), cancel, () => pages.IsMeasuring, pages.Tasks))
            {
                await window.EnterAsync(page.Count, cancel);
                while (sent.Count > 0 && (sent.Peek().IsCompleted || pages.Next >= _credit))
                    await sent.Dequeue();
                sent.Enqueue(SendAsync(page, last: false, cancel));
                if (!pages.IsMeasuring)
                    continue;
                await sent.Dequeue();
                if (pages.IsMeasuring)
                    await Task.Delay(MeasureDelay, cancel);
            }
        }
        catch (RefusedException tooLarge)
        {
            throw line.Refusal(tooLarge.Refused);
        }
        while (sent.TryDequeue(out var page))
            await page;
        await CloseAsync(cancel);
    }

    /// <summary>
    /// Puts an input that is too large for a page. Where a node has no room for it, it may have when inputs that are ahead are decided.
    /// </summary>
    private async Task<TaskInput> PutAsync(long task, ReadOnlyMemory<byte> input, Window? window, CancellationToken cancel)
    {
        for (var left = window is { IsRead: false } ? RoomTries : 0; ;)
        {
            var released = window?.LargeReleased(task);
            try
            {
                return await blobs.PutInputAsync(task, input, cancel);
            }
            catch (Exception refused) when (line.ReasonOf(refused) == RefusalReason.TooLarge)
            {
                if (released is not null || (window is { IsRead: false } && await HasUndecidedAsync(cancel)))
                    left = RoomTries; // the job gives room back a moment after it has decided
                else if (left-- <= 0)
                    throw;
                await (released?.WaitAsync(cancel) ?? Task.Delay(RoomDelay, cancel));
            }
        }
    }

    private async Task<bool> HasUndecidedAsync(CancellationToken cancel)
    {
        var progress = (await line.AskAsync<JobInfo>(new GetJob(job), cancel)).Progress;
        return progress.Decided < progress.Tasks && progress.Ended.Length == 0;
    }

    private async Task<TasksAdded> SendAsync(IReadOnlyList<TaskInput> inputs, bool last, CancellationToken cancel)
    {
        try
        {
            var added = await line.AskAsync<TasksAdded>(pages.Sign(inputs, last), cancel);
            _credit = Math.Max(_credit, added.Credit);
            pages.Bundle = added.Bundle;
            _answered.To(added.FirstTask + inputs.Count);
            return added;
        }
        catch (Exception refused)
        {
            _answered.Failed(refused);
            throw;
        }
    }

    private Exception Refusal(RefusalReason reason, string message) => line.Refusal(new Refused(reason, message));
}
