using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <content>A bundle whose results are compared by their numbers: <see cref="Policy.Near"/>.</content>
internal sealed partial class OpenBundle
{
    private Ruling RuleNear(Policy.Near policy, ReadOnlySpan<Vote> votes, int task) =>
        NearVotes.Rule(policy.Of, votes, Nearness(policy, task));

    /// <summary>
    /// Whether two workers' results of a task are near one another. What is not numbers is near where its bytes are the same.
    /// </summary>
    private Func<int, int, bool> Nearness(Policy.Near policy, int task) => (one, other) =>
    {
        var (first, second) = (_results[one], _results[other]);
        if (first.Digests[task] == second.Digests[task])
            return true;
        var (x, y) = (first.Results[task], second.Results[task]);
        return x.Kind == ResultKind.Exited && y.Kind == ResultKind.Exited && x.ExitCode == y.ExitCode
            && !x.Blobs.Concat(y.Blobs).Any() && x.Listing.Span.SequenceEqual(y.Listing.Span)
            && first.NumbersOf(policy.Form, task) is { } numbers && second.NumbersOf(policy.Form, task) is { } others
            && policy.Tolerance.IsNear(numbers, others);
    };
}
