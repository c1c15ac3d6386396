using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <content>Outcomes before they are final.</content>
public static partial class JobProtocol
{
    /// <summary>
    /// Reads outcomes as they become known: under <see cref="Verification.Policy.ByChecks"/> the results of one workers while their checks
    /// are drawn, and under any policy the final outcomes. Answered when there are some, or after some seconds with an empty page. Whoever
    /// waits for final outcomes alone asks <see cref="GetOutcomes"/>.
    /// </summary>
    /// <param name="Cursor">Where to go on: <see cref="OutcomeCursor.Start"/>, or what the page before said. A cursor of outcomes is none
    /// of revisions.</param>
    public sealed record GetRevisions(JobId JobId, OutcomeCursor Cursor) : ICommand;

    /// <summary>A page of revisions, of about 64 KB at the most, in the order in which they became known.</summary>
    /// <param name="End">Nothing will ever come after these.</param>
    public sealed record RevisionPage(JobId JobId, OutcomeCursor Next, IReadOnlyList<Revision> Revisions, bool End) : IReply;
}

/// <summary>
/// What is known of a task now. A final one comes once for each task that is decided, and nothing of the task comes after it.
/// </summary>
/// <param name="IsFinal">False: the word of one worker, which the final outcome may replace.</param>
public readonly record struct Revision(Outcome Outcome, bool IsFinal);
