using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Authors.Bosses;

/// <summary>
/// Cuts inputs into pages. The first is small and each is at most twice the one before, so that the job has measured a task
/// before it has to choose the bundle size for many.
/// </summary>
public static class Pager
{
    /// <summary>Tasks of the first page, where the job has to measure.</summary>
    private const int FirstPage = 16;

    /// <summary>Tasks of a page.</summary>
    public static int MaxTasks => Limits.PageTasks;

    private static readonly JobLimits Limits = JobLimits.Default;

    /// <summary>Bytes of an input that goes in a page; a larger one goes as a blob.</summary>
    public static int MaxBytes => Limits.InputBytes;

    /// <summary>Makes pages as inputs come. Where the next input is not there yet, the page goes out as it is.</summary>
    /// <param name="small">Whether pages stay as small as the first one, for now. <c>null</c> means that they do not.</param>
    /// <param name="first">The place of the first input.</param>
    /// <param name="firstPage">Tasks of the first page, at most.</param>
    public static async IAsyncEnumerable<IReadOnlyList<TaskInput>> Pages(
        IAsyncEnumerable<TaskInput> inputs, [EnumeratorCancellation] CancellationToken cancel, Func<bool>? small = null, long first = 0,
        int firstPage = FirstPage)
    {
        var page = new Page(firstPage, small, first);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var input = inputs.GetAsyncEnumerator(ended.Token);
        var next = Task.FromResult(true);
        try
        {
            while (true)
            {
                next = input.MoveNextAsync().AsTask();
                if (!next.IsCompleted && page.Count > 0)
                    yield return page.Take();
                if (!await next)
                    break;
                if (!page.Fits(input.Current))
                    yield return page.Take();
                page.Add(input.Current);
            }
            if (page.Count > 0)
                yield return page.Take();
        }
        finally
        {
            // Who takes no more pages does not wait for a source that may not hear that it is over.
            await ended.CancelAsync();
            var ending = EndAsync(input, next);
            if (next.IsCompleted)
                await ending;
        }
    }

    /// <summary>An enumerator is not disposed while it moves.</summary>
    private static async Task EndAsync(IAsyncEnumerator<TaskInput> input, Task next)
    {
        await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await input.DisposeAsync();
    }

    private sealed class Page(int size, Func<bool>? small = null, long first = 0)
    {
        private List<TaskInput> _inputs = [];
        private int _bytes;
        private bool _hasBlobs;
        private int _size = size;
        private long _seen = first;

        public int Count => _inputs.Count;

        public bool Fits(TaskInput input) =>
            _inputs.Count == 0 || (_inputs.Count < _size && _bytes + SizeOf(input) + TagsWith(input) <= Limits.PageBytes);

        public void Add(TaskInput input)
        {
            if (input.Bytes.Length > Limits.InputBytes)
                throw new RefusedException(
                    new Refused(RefusalReason.TooLarge, $"Inputs[{_seen}]: {input.Bytes.Length} bytes, at most {Limits.InputBytes}."));
            _seen++;
            _inputs.Add(input);
            _bytes += SizeOf(input);
            _hasBlobs |= input.Blob is not null;
        }

        private static int SizeOf(TaskInput input) => input.Blob is null ? input.Bytes.Length : BlobRef.Bytes;

        private int TagsWith(TaskInput input) => _hasBlobs || input.Blob is not null ? TaskInput.TagBytes * (_inputs.Count + 1) : 0;

        public List<TaskInput> Take()
        {
            var page = _inputs;
            _size = small?.Invoke() == true ? FirstPage : Math.Min(Limits.PageTasks, 2 * _size);
            (_inputs, _bytes, _hasBlobs) = ([], 0, false);
            return page;
        }
    }
}
