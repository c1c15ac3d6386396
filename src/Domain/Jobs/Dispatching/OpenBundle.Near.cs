using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <content>A bundle whose results are compared by their numbers: <see cref="Policy.Comparison"/>.</content>
internal sealed partial class OpenBundle
{
    /// <summary>
    /// Whether two workers' results of a task are near one another. What is not numbers is near where its bytes are the same.
    /// </summary>
    private Func<int, int, bool> Nearness(Comparison comparison, int task) => (one, other) =>
    {
        var (first, second) = (_results[one], _results[other]);
        if (first.Digests[task] == second.Digests[task])
            return true;
        var (x, y) = (first.Results[task], second.Results[task]);
        return x.Kind == ResultKind.Exited && y.Kind == ResultKind.Exited && x.ExitCode == y.ExitCode
            && x.Blobs.Count + y.Blobs.Count == 0 && x.Listing.Span.SequenceEqual(y.Listing.Span)
            && first.NumbersOf(comparison.Form, task) is { } numbers && second.NumbersOf(comparison.Form, task) is { } others
            && comparison.Tolerance.IsNear(numbers, others);
    };
}
