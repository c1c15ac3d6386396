using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Jobs.Protocol;

// Between a job and the sessions of its workers.
public static partial class JobProtocol
{
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

        /// <summary>
        /// The task is a check of another's result by some of its steps; null: all of it is to be run. Whoever does not know of it, or
        /// can't have the states, runs all of it, which says as much.
        /// </summary>
        public StepCheck? Check { get; init; }
    }

    /// <summary>
    /// Which steps of a result are to be run again. Where they give the states that its worker committed itself to, the verifier's own
    /// result is that result.
    /// </summary>
    /// <param name="Worker">Whose result it is.</param>
    /// <param name="Steps">
    /// As <see cref="Stepping.StepDraw"/> has drawn them by the beacon that drew the verifier; from 0, one may come twice.
    /// </param>
    /// <param name="Trace">The worker's <see cref="Stepping.TraceFile"/>.</param>
    /// <param name="Digest">Of its result.</param>
    /// <param name="All">All steps are to be run again: the first that gives another state is the proof.</param>
    public sealed record StepCheck(NodeId Worker, IReadOnlyList<long> Steps, ReadOnlyMemory<byte> Trace, Hash256 Digest, bool All);

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
        JobId JobId, long Bundle, int Attempt, NodeId Worker, string Why, ReadOnlyMemory<byte> Entry) : ICommand
    {
        /// <summary>The word of the worker's gateway that it had accepted the lease, and is gone; null where no gateway says so.</summary>
        public Gone? Gone { get; init; }
    }

    /// <summary>
    /// The worker, which is outside, has accepted the lease. Said where all nodes of the roster know it
    /// (<see cref="Draw.NodeInfo.Speaks"/>).
    /// </summary>
    public sealed record Taken(JobId JobId, long Bundle, int Attempt, NodeId Worker) : ICommand;

    /// <summary>The job wants no results any more: it was cancelled.</summary>
    public sealed record Release(JobId JobId, NodeId Worker) : IWithJobId;

    /// <summary>
    /// The job ends, by its boss's doing, and there will be no verdict on results that it has in hand: the worker may say of the boss that
    /// it was not paid.
    /// </summary>
    /// <param name="Results">The worker's signed <see cref="Result"/>s, at most 64.</param>
    public sealed record Unjudged(JobId JobId, NodeId Worker, NodeId Boss, IReadOnlyList<ReadOnlyMemory<byte>> Results) : IWithJobId;
}
