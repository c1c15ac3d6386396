using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

// What is kept of a job.
public static partial class JobProtocol
{
    /// <param name="DelegateSeed">
    /// The secret half of the job's own key, 32 bytes. It stays with the job: in this event and in the job's memory, in no log, no
    /// export and no message.
    /// </param>
    public sealed record Created(JobSpec Spec, ReadOnlyMemory<byte> DelegateSeed) : IEvent
    {
        /// <summary>When it was, by the clock of the node that wrote it, for people; <c>null</c> where that is unknown.</summary>
        public DateTimeOffset? At { get; init; }

        public JobId JobId => Spec.Id;
    }

    /// <summary>A page of tasks was taken. The bundles' boundaries are fixed with it, before any beacon that draws them.</summary>
    /// <param name="Submit">The boss's entry, as it goes into the boss's chain.</param>
    public sealed record PageAdded(
        JobId JobId, int Page, IReadOnlyList<ReadOnlyMemory<byte>> Inputs, int BundleSize, bool Last,
        ReadOnlyMemory<byte> Submit) : IEvent
    {
        /// <summary>
        /// When: by it alone a job that comes back knows how long it has waited. <c>null</c> means that the event was written before this
        /// was.
        /// </summary>
        public DateTimeOffset? At { get; init; }

        /// <inheritdoc cref="AddTasks.HasBlobs"/>
        public bool HasBlobs { get; init; }
    }

    /// <summary>The boss lets the job sign: both entries are in the boss's chains.</summary>
    /// <param name="Key">The boss's key, which signed them and signs the pages.</param>
    public sealed record Delegated(JobId JobId, ReadOnlyMemory<byte> Opening, ReadOnlyMemory<byte> Delegate, PublicKey Key) : IEvent;

    /// <summary>These draws are asked for from now on. What comes back without knowing that they were made takes a new attempt.</summary>
    public sealed record Requested(JobId JobId, IReadOnlyList<DrawRequest> Requests) : IEvent;

    /// <summary>The epoch whose beacon drew these.</summary>
    public sealed record Drawn(JobId JobId, Epoch Epoch, IReadOnlyList<DrawRequest> Requests) : IEvent;

    /// <summary>Ranks that were passed over, each with the entry that says so.</summary>
    public sealed record PassedOver(JobId JobId, IReadOnlyList<PassedRank> Ranks) : IEvent;

    /// <summary>Outcomes, vouches and settlements of a batch of bundles: the one write that decides.</summary>
    public sealed record Decided(JobId JobId, IReadOnlyList<Decision> Decisions) : IEvent;

    /// <summary>The groups of these bundles were used up: they are drawn anew, with the next attempt.</summary>
    public sealed record Redrawn(JobId JobId, IReadOnlyList<long> Bundles) : IEvent
    {
        /// <summary>They were drawn by a degraded epoch, which says of no result whether it is checked.</summary>
        public bool IsDegraded { get; init; }
    }

    /// <summary>Vouches and settlements up to these numbers have arrived.</summary>
    public sealed record Delivered(JobId JobId, IReadOnlyList<Delivery> Deliveries) : IEvent;

    /// <summary>The boss's chains have given receipts for entries up to these numbers.</summary>
    /// <param name="Pages">In the chain of the pages.</param>
    /// <param name="Verdicts">In the delegate's chain.</param>
    public sealed record Receipted(JobId JobId, long Pages, long Verdicts) : IEvent;

    /// <summary>The delegate's last entry: how the job's budget was used.</summary>
    /// <param name="Entry">A signed <see cref="Settlement"/>.</param>
    public sealed record Settling(JobId JobId, ReadOnlyMemory<byte> Entry) : IEvent;

    /// <summary>
    /// The boss's chains take nothing more of this job: what is not decided is dropped, and entries without receipts are given up.
    /// </summary>
    public sealed record ChainEnded(JobId JobId, string Why) : IEvent;

    /// <summary>
    /// The chain of the pages takes nothing more, as its key was replaced: what is not decided is dropped. The delegate's chain goes on:
    /// what was decided is paid, and the job settled.
    /// </summary>
    /// <param name="Forfeit">What the boss does not get back, as for <see cref="Cancelled"/>.</param>
    public sealed record PagesEnded(JobId JobId, string Why, Credits Forfeit) : IEvent;

    /// <summary>The boss wants no more of it.</summary>
    /// <param name="Forfeit">What the executions that were drawn and are not decided would have cost: the pool's.</param>
    public sealed record Cancelled(JobId JobId, Credits Forfeit) : IEvent
    {
        /// <summary>Why, where it was not the boss.</summary>
        public string Why { get; init; } = "";
    }

    /// <summary>All is decided or cancelled, and everything is delivered.</summary>
    public sealed record Finished(JobId JobId) : IEvent;

    /// <summary>The job's last event, when it was finished long enough ago. What comes before it is erased from then on.</summary>
    /// <param name="After">How long finished jobs were kept.</param>
    public sealed record Forgotten(JobId JobId, DateTimeOffset FinishedAt, TimeSpan After) : IEvent;

    /// <summary>Stands in the place of a <see cref="Decided"/> of a job that was forgotten: what the audit needs of it.</summary>
    public sealed record Judged(JobId JobId, IReadOnlyList<JudgedBundle> Bundles) : IEvent;

    /// <summary>Stands in the place of any other event of such a job.</summary>
    public sealed record Erased(JobId JobId) : IEvent;
}
