using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>
/// A worker's result of a bundle, as its parts come in. They come in order on one connection; anything else is a repetition, or not from a
/// session of ours. Another number of parts is another cut: its parts do not fit to the ones that are here.
/// </summary>
internal sealed class ResultParts
{
    private List<TaskResult> _received = [];
    private int _next, _of;

    /// <summary>All results, while it is found out whether they are what the worker signed; null before they are there.</summary>
    public IReadOnlyList<TaskResult>? Whole { get; private set; }

    /// <summary>
    /// Adds a part. All results, if it is the last one; null where more are to come, or it does not fit to those before it.
    /// </summary>
    /// <param name="tasks">Of the bundle.</param>
    public IReadOnlyList<TaskResult>? Add(JobProtocol.BundleResult part, int tasks)
    {
        if (part.Part != _next || part.Part >= part.Parts || (part.Part > 0 && part.Parts != _of)
            || _received.Count + part.Results.Count > tasks)
            return null;
        _received.AddRange(part.Results);
        (_next, _of) = (_next + 1, part.Parts);
        if (_next < _of)
            return null;
        // Parts of two cuts, or refused: none of it counts, and the lease goes on.
        Whole = _received.Count == tasks ? _received : null;
        (_received, _next, _of) = ([], 0, 0);
        return Whole;
    }
}
