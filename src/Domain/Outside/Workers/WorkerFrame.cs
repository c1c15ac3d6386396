using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Outside.Workers;

/// <summary>
/// What a worker outside and its gateway say to each other through a WebSocket, one frame each; <see cref="WorkerFrameJson"/> has the
/// bytes, and docs/protocol.md the rules.
/// </summary>
public abstract record WorkerFrame
{
    /// <summary>The version of this protocol.</summary>
    public const int Version = 1;

    /// <summary>The most bytes of a frame, both ways.</summary>
    public const int MaxBytes = 192 * 1024;

    /// <summary>Bytes of inputs or results of one frame before they are encoded; the last one may go over by itself.</summary>
    public const int PartBytes = 60 * 1024;

    /// <summary>The most leases that a worker may ask for at once.</summary>
    public const int MaxCredit = 64;

    /// <summary>The longest reason for people, in characters.</summary>
    public const int MaxWhy = 500;

    /// <summary>The number of a frame of the session, from 1; 0: it is none, and is not sent again.</summary>
    public long Seq { get; init; }

    /// <summary>All frames of the session up to this number have come.</summary>
    public long Ack { get; init; }
}

/// <summary>Frames before a c-node is known.</summary>
public static class Greeting
{
    /// <summary>The gateway's first word.</summary>
    /// <param name="Node">The key of the cluster node.</param>
    /// <param name="Nonce">32 random bytes, for this connection alone.</param>
    /// <param name="Least">The oldest version that it speaks.</param>
    /// <param name="Most">The newest.</param>
    /// <param name="Bits">Zero bits of a declaration's proof of work.</param>
    /// <param name="MaxAge">How many epochs old a declaration's checkpoint may be.</param>
    /// <param name="Heartbeat">The worker is to say something at least so often.</param>
    /// <param name="Grace">A session lasts so long without a connection.</param>
    public sealed record Challenge(
        PublicKey Node, Hash256 Nonce, int Least, int Most, int Bits, long MaxAge, TimeSpan Heartbeat, TimeSpan Grace) : WorkerFrame;

    /// <summary>The worker's answer.</summary>
    /// <param name="Id">The c-node.</param>
    /// <param name="Chosen">The version that it speaks.</param>
    /// <param name="Origin">Scheme, host and port that it has dialled: a gateway that passes the challenge of another one on gets a
    /// signature for itself alone.</param>
    /// <param name="Signature">By the key in force; before the declaration by the first one.</param>
    public sealed record Hello(NodeId Id, int Chosen, string Origin, RequestSignature Signature) : WorkerFrame
    {
        /// <summary>The longest origin, in characters.</summary>
        public const int MaxOrigin = 256;

        private static ReadOnlySpan<byte> Tag => "akkacompute/worker-hello/1"u8;

        /// <summary>Signed over c-node ‖ NodeId of the cluster node ‖ nonce ‖ H(origin) ‖ version.</summary>
        public static Hello Sign(KeyPair key, NodeId id, Challenge challenge, string origin, int version = Version) =>
            new(id, version, origin, RequestSignature.Sign(key, Tag, Parts(id, challenge, origin), version));

        /// <summary>Null if its key signed the answer to this challenge.</summary>
        public Refused? CheckSignature(Challenge challenge) =>
            RequestSignature.Check(Signature, nameof(Hello), Tag, Parts(Id, challenge, Origin), Chosen);

        private static Hash256[] Parts(NodeId id, Challenge challenge, string origin)
        {
            ArgumentNullException.ThrowIfNull(challenge);
            return [id.Hash, challenge.Node.NodeId.Hash, challenge.Nonce, Hash256.Of(System.Text.Encoding.UTF8.GetBytes(origin))];
        }
    }

    /// <summary>The gateway knows who it is.</summary>
    /// <param name="Seen">The latest epoch record here.</param>
    public sealed record Welcome(Checkpoint Seen) : WorkerFrame;
}

/// <summary>Questions, each with a number, and their answers.</summary>
public static class Asking
{
    /// <summary>A question to the keeper of the c-node's chains.</summary>
    /// <param name="Id">The worker's number for it.</param>
    /// <param name="Message">Reserve, GetPlace or Append of <see cref="Chains.ChainProtocol"/>.</param>
    public sealed record Ask(long Id, IWire Message) : WorkerFrame;

    /// <summary>What the keeper answers.</summary>
    /// <param name="Re">The question's number.</param>
    public sealed record Answer(long Re, IWire Message) : WorkerFrame;

    /// <summary>The latest epoch record of the gateway is asked for.</summary>
    public sealed record GetRecord(long Id) : WorkerFrame;

    /// <summary>It is this one.</summary>
    public sealed record Record(long Re, Checkpoint Seen) : WorkerFrame;

    /// <summary>Something was refused.</summary>
    /// <param name="Re">The question's number; 0: none.</param>
    public sealed record Refusal(long Re, Refused Refused) : WorkerFrame;
}

/// <summary>Frames of a session: those with a number come once and in order, over several connections too.</summary>
public static class Working
{
    /// <summary>The worker begins, or goes on after its connection was lost.</summary>
    /// <param name="Credit">Leases at once, 0 to <see cref="WorkerFrame.MaxCredit"/>.</param>
    /// <param name="Session">The session that it has; zero: none.</param>
    public sealed record Join(int Credit, Hash256 Session) : WorkerFrame
    {
        /// <summary>
        /// The worker gets inputs that are blobs, and puts outputs as blobs. Without this it is given no bundle that may need it.
        /// </summary>
        public bool Blobs { get; init; }
    }

    /// <param name="Session">The session's name: 32 random bytes.</param>
    /// <param name="Resumed">False: it is a new one, and what was leased before is lost.</param>
    public sealed record Joined(Hash256 Session, bool Resumed) : WorkerFrame;

    /// <summary>How many leases the worker takes from now on.</summary>
    public sealed record Credit(int Leases) : WorkerFrame;

    /// <summary>Nothing but the acknowledgement.</summary>
    public sealed record Heard : WorkerFrame;

    /// <summary>Says that the worker is there.</summary>
    public sealed record Ping : WorkerFrame;

    /// <param name="Seen">The latest epoch record of the gateway.</param>
    public sealed record Pong(Checkpoint Seen) : WorkerFrame;

    /// <summary>A bundle is offered. Passing costs nothing.</summary>
    /// <param name="Lease">Its number in this session.</param>
    /// <param name="Epoch">The epoch whose beacon drew the worker.</param>
    /// <param name="First">The index of the first task.</param>
    /// <param name="Tasks">How many tasks.</param>
    /// <param name="Bytes">Of all inputs.</param>
    /// <param name="Price">Credits for each task.</param>
    /// <param name="For">How long its job waits, from when it was lent.</param>
    public sealed record Offer(
        long Lease, JobId Job, NodeId? Boss, long Bundle, int Attempt, Epoch Epoch, Payload Payload, Limits Limits, long First, int Tasks,
        long Bytes, Credits Price, TimeSpan For) : WorkerFrame;

    /// <summary>The worker takes it.</summary>
    public sealed record Take(long Lease) : WorkerFrame;

    /// <summary>The worker does not take it, or gives it back.</summary>
    /// <param name="Why">For people.</param>
    /// <param name="Entry">Its signed decline; empty: none.</param>
    public sealed record Pass(long Lease, string Why, ReadOnlyMemory<byte> Entry) : WorkerFrame;

    /// <summary>Inputs of an accepted bundle, in order.</summary>
    /// <param name="Last">No more come.</param>
    /// <param name="Seen">The latest epoch record of the gateway: good for the result's <c>cp</c>.</param>
    public sealed record Inputs(long Lease, IReadOnlyList<ReadOnlyMemory<byte>> Items, bool Last, Checkpoint Seen) : WorkerFrame
    {
        /// <summary>Blobs are among the inputs of the bundle: each item stands as <see cref="TaskInput"/> writes it.</summary>
        public bool HasBlobs { get; init; }
    }

    /// <summary>The worker gets the program ready still: the lease lasts its whole time from now on, within limits.</summary>
    public sealed record Preparing(long Lease) : WorkerFrame;

    /// <summary>Results of a bundle, in order.</summary>
    /// <param name="Signed">With the last part: the entry and the salt's secret; <c>null</c> where more come.</param>
    public sealed record Results(long Lease, IReadOnlyList<TaskResult> Items, SignedResult? Signed) : WorkerFrame;

    /// <param name="Entry">The signed <see cref="Result"/>.</param>
    /// <param name="Salt">For the job alone.</param>
    public sealed record SignedResult(ReadOnlyMemory<byte> Entry, BundleSalt Salt);

    /// <summary>The job does not want it any more.</summary>
    public sealed record Cancel(long Lease) : WorkerFrame;

    /// <summary>A boss has accepted results: the worker signs a reward for each.</summary>
    /// <param name="Number">Of the settlement, in its job.</param>
    /// <param name="Entries">The signed accepts.</param>
    public sealed record Settle(JobId Job, long Number, NodeId Boss, IReadOnlyList<ReadOnlyMemory<byte>> Entries) : WorkerFrame;

    /// <summary>The rewards, which have receipts.</summary>
    public sealed record Rewards(JobId Job, long Number, IReadOnlyList<ReadOnlyMemory<byte>> Entries) : WorkerFrame;

    /// <summary>A job ends by its boss's doing, and judges these results no more.</summary>
    public sealed record Unjudged(JobId Job, NodeId Boss, IReadOnlyList<ReadOnlyMemory<byte>> Results) : WorkerFrame;

    /// <summary>The gateway is about to end: what is accepted may be finished.</summary>
    public sealed record Leave(string Why) : WorkerFrame;
}
