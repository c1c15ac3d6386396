using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

// What a boss asks of its job.
public static partial class JobProtocol
{
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
    /// <param name="Submit">
    /// The boss's signed <see cref="Entries.Submit"/> of this page: boundaries, bundle size, root of the inputs.
    /// </param>
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
        /// <summary>The signature by the boss's key in force. <c>null</c> means an older program, which is refused.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/cancel-job/1"u8;

        /// <summary>Signed over boss ‖ job. A job is cancelled once, and its id is used once: sent again it changes nothing.</summary>
        public static CancelJob Sign(KeyPair key, NodeId boss, JobId job) =>
            new(job) { Signature = RequestSignature.Sign(key, Tag, [boss.Hash, job.Hash]) };

        /// <summary>Null if the key that it names signed it for this boss.</summary>
        public Refused? CheckSignature(NodeId boss) => RequestSignature.Check(Signature, nameof(CancelJob), Tag, [boss.Hash, JobId.Hash]);
    }

    /// <summary>The job is cancelled, and that is durable.</summary>
    public sealed record JobCancelled(JobId JobId) : IReply;

    /// <summary>
    /// From the cluster's own sweep: the job was finished long enough ago. Answered by <see cref="JobForgotten"/> when that is durable.
    /// </summary>
    /// <param name="FinishedAt">When it was.</param>
    /// <param name="After">How long finished jobs are kept.</param>
    public sealed record Forget(JobId JobId, DateTimeOffset FinishedAt, TimeSpan After) : ICommand;

    /// <summary>Nobody is told anything more of the job: what it has kept may be erased.</summary>
    public sealed record JobForgotten(JobId JobId) : IReply;

    /// <summary>Asks for a job as it is now; answered by <see cref="JobInfo"/>.</summary>
    public sealed record GetJob(JobId JobId) : ICommand;

    /// <summary>A job as it is now.</summary>
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
}
