using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>Everything that a job is told and says: what a boss asks, what workers answer, and what is kept for ever.</summary>
public static class JobProtocol
{
    public interface ICommand : IWithJobId;

    public interface IEvent : IWithJobId;

    public interface IReply : IWithJobId;

    // ── what a boss asks ────────────────────────────────────────────────────────────────────────────────────────────

    /// <summary>From the Boss actor, which took the job: start it.</summary>
    public sealed record Create(JobSpec Spec) : ICommand
    {
        public JobId JobId => Spec.Id;

        /// <summary>The secret half of the job's key, 32 bytes; empty from a node of an older version: then the job makes one.</summary>
        public ReadOnlyMemory<byte> Seed { get; init; }
    }

    /// <summary>The job can be handed in. Also the answer to a job that was handed in before.</summary>
    /// <param name="Credit">Pages below this number may be sent without waiting for replies.</param>
    /// <param name="Delegate">The job's public key: the boss's <see cref="Entries.Delegate"/> names it.</param>
    /// <param name="Bundle">The bundle size that the job suggests for the next page.</param>
    /// <param name="Pages">Where its pages have come to; null as long as it is not authorized.</param>
    public sealed record JobAccepted(JobId JobId, int Credit, PublicKey Delegate, int Bundle, JobPages? Pages) : IReply;

    /// <summary>The boss lets the job sign verdicts in its place. Idempotent; pages are taken after it.</summary>
    /// <param name="Opening">The boss's signed <see cref="Open"/> of the sub-chain in which it hands in the job's pages.</param>
    /// <param name="Delegate">The boss's signed <see cref="Entries.Delegate"/> for the job's key.</param>
    /// <param name="Key">The key that signed both.</param>
    public sealed record Authorize(
        JobId JobId, ReadOnlyMemory<byte> Opening, ReadOnlyMemory<byte> Delegate, PublicKey Key) : ICommand;

    /// <summary>Both entries are durable with the job, and in the boss's chains.</summary>
    /// <param name="Pages">Where its pages have come to.</param>
    public sealed record Authorized(JobId JobId, JobPages Pages) : IReply;

    /// <summary>More tasks, a page at a time; at most 64 KB of inputs and 1,024 tasks a page. Idempotent by page number.</summary>
    /// <param name="Page">0, 1, 2, … without gaps.</param>
    /// <param name="Inputs">One input per task; the tasks of a job are numbered through its pages. Empty only to close.</param>
    /// <param name="Last">The job takes no page after this one.</param>
    /// <param name="Submit">The boss's signed <see cref="Entries.Submit"/> of this page: boundaries, bundle size, root of the inputs.</param>
    public sealed record AddTasks(
        JobId JobId, int Page, IReadOnlyList<ReadOnlyMemory<byte>> Inputs, bool Last, ReadOnlyMemory<byte> Submit) : ICommand
    {
        /// <summary>Blobs are among the inputs, which stand as <see cref="TaskInput"/> writes them. The entry says so too.</summary>
        public bool HasBlobs { get; init; }
    }

    /// <summary>The page is durable.</summary>
    /// <param name="FirstTask">The index of its first task.</param>
    /// <param name="Credit">Pages below this number may be sent without waiting for replies.</param>
    /// <param name="Bundle">The bundle size that the job suggests for the next page.</param>
    public sealed record TasksAdded(JobId JobId, int Page, long FirstTask, int Credit, int Bundle) : IReply;

    /// <summary>
    /// Drops what is not decided yet. What was decided stays, and is paid; what was drawn and is not decided is charged, and the pool has
    /// it: else drawing again, until one likes who was drawn, would cost nothing.
    /// </summary>
    public sealed record CancelJob(JobId JobId) : ICommand
    {
        /// <summary>By the boss's key in force. None: an older program, which is refused.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/cancel-job/1"u8;

        /// <summary>Signed over boss ‖ job. A job is cancelled once, and its id is used once: sent again it changes nothing.</summary>
        public static CancelJob Sign(KeyPair key, NodeId boss, JobId job) =>
            new(job) { Signature = RequestSignature.Sign(key, Tag, [boss.Hash, job.Hash]) };

        /// <summary>Null if the key that it names signed it for this boss.</summary>
        public Refused? CheckSignature(NodeId boss) => RequestSignature.Check(Signature, nameof(CancelJob), Tag, [boss.Hash, JobId.Hash]);
    }

    public sealed record JobCancelled(JobId JobId) : IReply;

    /// <summary>From the cluster's own sweep: the job was finished long enough ago. Answered by <see cref="JobForgotten"/> when that is durable.</summary>
    /// <param name="FinishedAt">When it was.</param>
    /// <param name="After">How long finished jobs are kept.</param>
    public sealed record Forget(JobId JobId, DateTimeOffset FinishedAt, TimeSpan After) : ICommand;

    /// <summary>Nobody is told anything more of the job: what it has kept may be erased.</summary>
    public sealed record JobForgotten(JobId JobId) : IReply;

    public sealed record GetJob(JobId JobId) : ICommand;

    public sealed record JobInfo(JobSpec Spec, JobProgress Progress) : IReply
    {
        /// <summary>When the job was made; null where that is not on record, as of jobs of versions before.</summary>
        public DateTimeOffset? CreatedAt { get; init; }

        public JobId JobId => Spec.Id;
    }

    /// <summary>
    /// Subscribes to progress, one reply at a time: answered when something has changed since <paramref name="After"/>, at
    /// most every 100 ms, or after some seconds at the latest. Ask again with the revision of the answer.
    /// </summary>
    /// <param name="After">The revision that the asker knows; 0 for an answer at once.</param>
    public sealed record GetProgress(JobId JobId, long After) : ICommand;

    /// <summary>
    /// Reads outcomes from a cursor. Answered when there are some, or after some seconds with an empty page. The cursor is all the
    /// state there is, so a reader may stop, crash or move, and go on.
    /// </summary>
    /// <param name="Cursor">Where to go on: <see cref="OutcomeCursor.Start"/>, or what the page before said.</param>
    /// <param name="Ordered">By task index, or as they were decided. A cursor belongs to one of the two.</param>
    public sealed record GetOutcomes(JobId JobId, OutcomeCursor Cursor, bool Ordered) : ICommand;

    /// <summary>A page of outcomes, of about 64 KB at the most.</summary>
    /// <param name="End">No outcome will ever come after these.</param>
    public sealed record OutcomePage(JobId JobId, OutcomeCursor Next, IReadOnlyList<Outcome> Outcomes, bool End) : IReply;

    // ── between a job and the sessions of its workers ───────────────────────────────────────────────────────────────

    /// <summary>A lease: these tasks, to this worker.</summary>
    /// <param name="Epoch">The epoch whose beacon drew the worker: its result says so.</param>
    /// <param name="LeaseTime">How long the job waits for the result before it gives the bundle to somebody else.</param>
    public sealed record Assign(
        JobId JobId, long Bundle, int Attempt, Epoch Epoch, NodeId Worker, Payload Payload, Limits Limits,
        long FirstTask, IReadOnlyList<ReadOnlyMemory<byte>> Inputs, TimeSpan LeaseTime) : IWithJobId
    {
        /// <summary>The worker's key in the roster that drew it, where it is not its first one: only this key's result is taken.</summary>
        public PublicKey? Key { get; init; }

        /// <summary>Whose job it is: slots are shared fairly among bosses. Null from nodes that do not say it yet.</summary>
        public NodeId? Boss { get; init; }

        /// <summary>What the job pays for each execution of a task: its share of the slots grows with it.</summary>
        public Credits Price { get; init; }

        /// <summary>Blobs are among the inputs, which stand as <see cref="TaskInput"/> writes them.</summary>
        public bool HasBlobs { get; init; }
    }

    /// <summary>
    /// The worker has not begun, for the payload must be compiled first: the lease lasts its whole time from now on, within
    /// <see cref="DispatchOptions.LongestPreparation"/>. Said again as long as it is so.
    /// </summary>
    public sealed record Preparing(JobId JobId, long Bundle, int Attempt, NodeId Worker) : ICommand;

    /// <summary>A part of a bundle's results: cut so that no message is larger than about 64 KB.</summary>
    /// <param name="Part">0 to <paramref name="Parts"/> - 1; the results are in the order of the tasks.</param>
    /// <param name="Commitment">With the last part; null with the others.</param>
    public sealed record BundleResult(
        JobId JobId, long Bundle, int Attempt, NodeId Worker, int Part, int Parts, IReadOnlyList<TaskResult> Results,
        Commitment? Commitment) : ICommand;

    /// <summary>The worker passes: the next rank is asked.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="Entry">The worker's signed <see cref="Entries.Decline"/>; empty where its session is gone and nobody can sign.</param>
    public sealed record Decline(
        JobId JobId, long Bundle, int Attempt, NodeId Worker, string Why, ReadOnlyMemory<byte> Entry) : ICommand;

    /// <summary>The job wants no results any more: it was cancelled.</summary>
    public sealed record Release(JobId JobId, NodeId Worker) : IWithJobId;

    /// <summary>
    /// The job ends, by its boss's doing, and there will be no verdict on results that it has in hand: the worker may say of the boss that
    /// it was not paid.
    /// </summary>
    /// <param name="Results">The worker's signed <see cref="Result"/>s, at most 64.</param>
    public sealed record Unjudged(JobId JobId, NodeId Worker, NodeId Boss, IReadOnlyList<ReadOnlyMemory<byte>> Results) : IWithJobId;

    // ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────

    /// <param name="DelegateSeed">
    /// The secret half of the job's own key, 32 bytes. It stays with the job: in this event and in the job's memory, in no log, no
    /// export and no message.
    /// </param>
    public sealed record Created(JobSpec Spec, ReadOnlyMemory<byte> DelegateSeed) : IEvent
    {
        /// <summary>By the clock of the node that wrote it, for people; null where it is not known.</summary>
        public DateTimeOffset? At { get; init; }

        public JobId JobId => Spec.Id;
    }

    /// <summary>A page of tasks was taken. The bundles' boundaries are fixed with it, before any beacon that draws them.</summary>
    /// <param name="Submit">The boss's entry, as it goes into the boss's chain.</param>
    public sealed record PageAdded(
        JobId JobId, int Page, IReadOnlyList<ReadOnlyMemory<byte>> Inputs, int BundleSize, bool Last,
        ReadOnlyMemory<byte> Submit) : IEvent
    {
        /// <summary>When: by it alone a job that comes back knows how long it has waited. Null: written before this was.</summary>
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
    public sealed record Redrawn(JobId JobId, IReadOnlyList<long> Bundles) : IEvent;

    /// <summary>Vouches and settlements up to these numbers have arrived.</summary>
    public sealed record Delivered(JobId JobId, IReadOnlyList<Delivery> Deliveries) : IEvent;

    /// <summary>The boss's chains have given receipts for entries up to these numbers.</summary>
    /// <param name="Pages">In the chain of the pages.</param>
    /// <param name="Verdicts">In the delegate's chain.</param>
    public sealed record Receipted(JobId JobId, long Pages, long Verdicts) : IEvent;

    /// <summary>The delegate's last entry: how the job's budget was used.</summary>
    /// <param name="Entry">A signed <see cref="Settlement"/>.</param>
    public sealed record Settling(JobId JobId, ReadOnlyMemory<byte> Entry) : IEvent;

    /// <summary>The boss's chains take nothing more of this job: what is not decided is dropped, and entries without receipts are given up.</summary>
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

/// <summary>Where a job's pages have come to: from here their boss goes on.</summary>
/// <param name="Head">The last entry in the chain of the pages, which has as many entries as there are pages.</param>
/// <param name="Seen">The checkpoint of that entry.</param>
/// <param name="Tasks">Tasks so far.</param>
/// <param name="Bundles">Bundles so far.</param>
public sealed record JobPages(ChainHead Head, Checkpoint Seen, long Tasks, long Bundles)
{
    /// <summary>No page yet.</summary>
    /// <param name="opening">Of the chain of the pages.</param>
    internal static JobPages Beginning(Entry opening) => new(
        new ChainHead(opening.Place.Issuer, opening.Place.Seq, 0, opening.Hash), opening.Place.Checkpoint, 0, 0);
}

/// <summary>A rank that was passed over.</summary>
/// <param name="IsByDelegate">Whether the entry is the delegate's <see cref="Expired"/>; else it is the worker's <see cref="Entries.Decline"/>.</param>
/// <param name="Entry">Signed.</param>
public sealed record PassedRank(long Bundle, int Attempt, NodeId Worker, bool IsByDelegate, ReadOnlyMemory<byte> Entry);

/// <summary>Where a reader of outcomes is.</summary>
/// <param name="Position">Ordered: the next task. As decided: the number of the decided batch.</param>
/// <param name="Offset">As decided: how many outcomes of that batch were read.</param>
public readonly record struct OutcomeCursor(long Position, int Offset)
{
    public static readonly OutcomeCursor Start = new(0, 0);

    /// <summary>A cursor that no answer ever gave out, below 0, reads from the start.</summary>
    public OutcomeCursor FromStart() => new(Math.Max(0, Position), Math.Max(0, Offset));
}

/// <summary>One bundle's end.</summary>
/// <param name="Epoch">The epoch whose beacon drew its workers.</param>
/// <param name="Outcomes">One for each of its tasks, in order.</param>
/// <param name="Verdicts">One for each worker that gave results, in the order of ranks.</param>
public sealed record Decision(
    long Bundle, int Attempt, ulong Epoch, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<Verdict> Verdicts);

/// <summary>How one worker's results compare with the outcomes.</summary>
/// <param name="Accepted">Tasks whose result is the agreed one.</param>
/// <param name="Rejected">Tasks that were agreed on with another result.</param>
/// <param name="Rank">The worker's place in the close group of the draw that its entry names.</param>
/// <param name="Counts">Whether it can earn reputation: drawn by the next epoch's beacon, attempt 0, a rank that earns by the policy.</param>
/// <param name="Result">The worker's signed <see cref="Entries.Result"/>; its attempt and epoch are those of the draw.</param>
/// <param name="Salt">Opens the leaves under its root.</param>
/// <param name="Others">Where the worker's digests are not those of the outcomes, by rising index.</param>
/// <param name="Entries">The delegate's signed <see cref="Accept"/> and <see cref="Reject"/>, as many as there are.</param>
public sealed record Verdict(
    NodeId Worker, int Accepted, int Rejected, int Rank, bool Counts, ReadOnlyMemory<byte> Result, BundleSalt Salt,
    IReadOnlyList<OtherDigest> Others, IReadOnlyList<ReadOnlyMemory<byte>> Entries)
{
    /// <summary>Drawn for a newcomer's place: paid less.</summary>
    public bool Newcomer { get; init; }

    /// <summary>Credits that the entries pay.</summary>
    public Credits Pay { get; init; }

    /// <summary>Tasks that it has a result of and that are <see cref="OutcomeStatus.Unsure"/>: paid, and neither accepted nor rejected.</summary>
    public int Unsure { get; init; }

    /// <summary>What the worker got for each task of the bundle, null for no result: the leaves under its root.</summary>
    public Hash256?[] Digests(IReadOnlyList<Outcome> outcomes)
    {
        var digests = new Hash256?[outcomes.Count];
        for (var i = 0; i < digests.Length; i++)
            digests[i] = outcomes[i].Digest();
        foreach (var other in Others)
            digests[other.Index] = other.Digest;
        return digests;
    }
}

/// <summary>One task's result that is not the outcome.</summary>
/// <param name="Index">The task's place in its bundle, from 0.</param>
/// <param name="Digest">What <see cref="TaskResult.Digest"/> gives; null where the worker had no result.</param>
public readonly record struct OtherDigest(int Index, Hash256? Digest);

/// <summary>What a worker signs before its results are looked at.</summary>
/// <param name="Entry">Its signed <see cref="Result"/>, whose root is over the salted results.</param>
/// <param name="Salt">For the Job alone.</param>
/// <param name="Key">The key that signed it.</param>
public sealed record Commitment(ReadOnlyMemory<byte> Entry, BundleSalt Salt, PublicKey Key);

/// <summary>What one worker has done for a job.</summary>
/// <param name="Accepted">Task results accepted.</param>
/// <param name="Rejected">Task results rejected.</param>
public readonly record struct WorkerTally(NodeId Worker, int Accepted, int Rejected);

/// <summary>The numbers up to which one worker's vouches have arrived, in both places.</summary>
public readonly record struct Delivery(NodeId Worker, long Number);

/// <summary>Where a job is in its life.</summary>
public enum JobStatus
{
    /// <summary>It takes pages.</summary>
    Open = 1,

    /// <summary>It has all its tasks.</summary>
    Closed = 2,

    Cancelled = 3,

    /// <summary>All is decided, or cancelled, and every vouch has arrived.</summary>
    Finished = 4,
}

/// <summary>How far a job is; all figures are durable ones.</summary>
/// <param name="Revision">Grows with every change.</param>
/// <param name="Tasks">Tasks handed in so far.</param>
/// <param name="Decided">Tasks with an outcome.</param>
/// <param name="Failed">Of these, the ones that did not succeed.</param>
/// <param name="Executions">Results that workers gave for decided tasks.</param>
/// <param name="Vouches">Vouches that have arrived, by the boss and by workers.</param>
/// <param name="Workers">Who did what; the <see cref="MaxWorkers"/> with the most results.</param>
public sealed record JobProgress(
    JobId JobId, long Revision, JobStatus Status, long Tasks, long Decided, long Failed, long Executions, long Vouches,
    IReadOnlyList<WorkerTally> Workers) : JobProtocol.IReply
{
    public const int MaxWorkers = 64;

    /// <summary>Why the job ended before all of its tasks were in and decided, for people; empty where it did not.</summary>
    public string Ended { get; init; } = "";

    /// <summary>What an open job waits for, for people; empty where it is at work, or over.</summary>
    public string WaitsFor { get; init; } = "";

    /// <summary>Every task that was or will be handed in has its outcome.</summary>
    public bool Complete => Status is JobStatus.Cancelled or JobStatus.Finished || (Status == JobStatus.Closed && Decided == Tasks);
}
