using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <content>What is kept of the checks of a job whose bundles have one worker each.</content>
public static partial class JobProtocol
{
    /// <summary>
    /// The one worker of each of these bundles has given its results: they are provisional outcomes. When a record covers the worker's
    /// entries, a draw says which of them are checked.
    /// </summary>
    public sealed record Committed(JobId JobId, IReadOnlyList<CommittedResult> Results) : IEvent;

    /// <summary>A beacon has said which of these results are checked.</summary>
    /// <param name="Epoch">The epoch that drew them; in a closing draw the last one, if there is more than one.</param>
    /// <param name="Bundles">All that were drawn.</param>
    /// <param name="Due">Those of them that verifiers are to do again, rising.</param>
    public sealed record ChecksDrawn(JobId JobId, Epoch Epoch, IReadOnlyList<long> Bundles, IReadOnlyList<long> Due) : IEvent;

    /// <summary>Verifiers have got the same.</summary>
    public sealed record ChecksMade(JobId JobId, IReadOnlyList<MadeCheck> Checks) : IEvent;

    /// <summary>The closing draw: all open results of a worker that has passed too few checks after them are drawn once more.</summary>
    /// <param name="Bundles">Rising.</param>
    public sealed record Closing(JobId JobId, NodeId Worker, IReadOnlyList<long> Bundles) : IEvent;

    /// <summary>The trusted do these again: their worker has done too little for so many checks.</summary>
    /// <param name="Bundles">Rising.</param>
    public sealed record Redoing(JobId JobId, IReadOnlyList<long> Bundles) : IEvent;
}

/// <summary>Whose results of a bundle they are.</summary>
/// <param name="Attempt">Of the draw.</param>
/// <param name="Epoch">That drew it.</param>
/// <param name="Rank">The worker's place in the group.</param>
/// <param name="Newcomer">Not one of the trusted: paid less.</param>
public sealed record ResultPlace(NodeId Worker, int Attempt, ulong Epoch, int Rank, bool Newcomer);

/// <summary>The results of a bundle's one worker, and what it signed of them before anybody saw them.</summary>
/// <param name="Results">One for each task.</param>
public sealed record CommittedResult(long Bundle, ResultPlace Place, IReadOnlyList<TaskResult> Results, Commitment Commitment)
{
    /// <summary>Tasks without a result: what the limits end is no vote, so others have to try.</summary>
    public bool HasGap => Results.Any(result => result.Kind == ResultKind.NoResult);
}

/// <summary>A verifier's results, which are those of the worker wherever it has one.</summary>
/// <param name="Without">The places in the bundle, rising, where the verifier has none.</param>
public sealed record MadeCheck(long Bundle, ResultPlace Place, IReadOnlyList<int> Without, Commitment Commitment);
