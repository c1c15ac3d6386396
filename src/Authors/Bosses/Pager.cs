using System.Runtime.CompilerServices;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Outside;

namespace AkkaCompute.Authors.Bosses;

/// <summary>
/// Cuts inputs into pages. The first is small and each is at most twice the one before, so that the job has measured a task
/// before it has to choose the bundle size for many. An input over the limit is a <see cref="RefusedException"/>: no frame would take it.
/// </summary>
public static class Pager
{
    private const int FirstPage = 16;

    private static readonly JobLimits Limits = JobLimits.Default;

    public static IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Pages(IEnumerable<ReadOnlyMemory<byte>> inputs)
    {
        var page = new Page(Limits.PageTasks);
        foreach (var input in inputs)
        {
            if (!page.Fits(input))
                yield return page.Take();
            page.Add(input);
        }
        if (page.Count > 0)
            yield return page.Take();
    }

    /// <summary>As inputs come; where the next one is not there yet, the page goes out as it is.</summary>
    /// <param name="small">Whether pages stay as small as the first one, for now. Null: they do not.</param>
    /// <param name="first">The place of the first input.</param>
    public static async IAsyncEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Pages(
        IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, [EnumeratorCancellation] CancellationToken cancel, Func<bool>? small = null, long first = 0)
    {
        var page = new Page(FirstPage, small, first);
        await using var input = inputs.GetAsyncEnumerator(cancel);
        while (true)
        {
            var next = input.MoveNextAsync();
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

    private sealed class Page(int size, Func<bool>? small = null, long first = 0)
    {
        private List<ReadOnlyMemory<byte>> _inputs = [];
        private int _bytes;
        private int _size = size;
        private long _seen = first;

        public int Count => _inputs.Count;

        public bool Fits(ReadOnlyMemory<byte> input) =>
            _inputs.Count == 0 || (_inputs.Count < _size && _bytes + input.Length <= Limits.PageBytes);

        public void Add(ReadOnlyMemory<byte> input)
        {
            if (input.Length > Limits.InputBytes)
                throw new RefusedException(new Refused(RefusalReason.TooLarge, $"Inputs[{_seen}]: {input.Length} bytes, at most {Limits.InputBytes}."));
            _seen++;
            _inputs.Add(input);
            _bytes += input.Length;
        }

        public List<ReadOnlyMemory<byte>> Take()
        {
            var page = _inputs;
            _size = small?.Invoke() == true ? FirstPage : Math.Min(Limits.PageTasks, 2 * _size);
            (_inputs, _bytes) = ([], 0);
            return page;
        }
    }
}
