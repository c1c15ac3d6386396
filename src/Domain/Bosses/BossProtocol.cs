using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Domain.Bosses;

/// <summary>Everything that a boss's durable actor is told and says: it knows which jobs the c-node has handed in.</summary>
public static class BossProtocol
{
    /// <summary>
    /// Asks for a job's key: the first step of handing it in, which changes nothing. Answered by <see cref="JobProtocol.JobAccepted"/> or
    /// <see cref="Refused"/>; a job that was handed in before answers itself, and another one under its id is a conflict.
    /// </summary>
    public sealed record SubmitJob(JobSpec Spec) : IWithNodeId
    {
        public NodeId NodeId => Spec.Boss;

        /// <summary>The signature by the boss's key in force. <c>null</c> means an older program, which is refused.</summary>
        public RequestSignature? Signature { get; init; }

        private static ReadOnlySpan<byte> Tag => "akkacompute/submit-job/1"u8;

        /// <summary>
        /// Signed over the digest of the whole specification (<see cref="PageClaims.DigestOf"/>), as its pages' entries are too.
        /// </summary>
        public static SubmitJob Sign(KeyPair key, JobSpec spec) =>
            new(spec) { Signature = RequestSignature.Sign(key, Tag, [PageClaims.DigestOf(spec)]) };

        /// <summary>Null if the key that it names signed it.</summary>
        public Refused? CheckSignature() => RequestSignature.Check(Signature, nameof(SubmitJob), Tag, [PageClaims.DigestOf(Spec)]);
    }

    /// <summary>
    /// Hands a job in: what was submitted, and the two entries of the boss's main chain that name the job and its key. From here on it is
    /// durable and counts as open. Answered by <see cref="JobProtocol.Authorized"/> or <see cref="Refused"/>. Idempotent.
    /// </summary>
    /// <param name="Opening">The boss's signed <see cref="Entries.Open"/> of the sub-chain in which it hands in the job's pages.</param>
    /// <param name="Delegate">The boss's signed <see cref="Entries.Delegate"/> for the job's key.</param>
    public sealed record OpenJob(SubmitJob Submit, ReadOnlyMemory<byte> Opening, ReadOnlyMemory<byte> Delegate) : IWithNodeId
    {
        public NodeId NodeId => Submit.NodeId;

        /// <summary>What the job is told.</summary>
        public JobProtocol.Authorize Authorize => new(Submit.Spec.Id, Opening, Delegate, Submit.Signature!.Key);
    }

    /// <summary>From the job: it is over. Answered by <see cref="JobEnded"/> when the boss has written it.</summary>
    public sealed record JobFinished(NodeId NodeId, JobId JobId) : IWithNodeId;

    /// <summary>Asks which jobs are open; answered by <see cref="JobList"/>.</summary>
    public sealed record GetJobs(NodeId NodeId) : IWithNodeId;

    /// <summary>The jobs of a boss.</summary>
    /// <param name="Open">Those that are not over.</param>
    /// <param name="Finished">How many are over.</param>
    public sealed record JobList(NodeId NodeId, IReadOnlyList<JobId> Open, long Finished) : IWithNodeId;

    /// <summary>
    /// Jobs get their keys from this one: the key of a job that was asked for and not handed in yet is kept nowhere, and is the same
    /// wherever its boss's actor lives. Once for each boss, and only where it has declared itself.
    /// </summary>
    /// <param name="Secret">32 bytes. In this event, in the snapshot and in the actor's memory; in no log, no export and no
    /// message.</param>
    public sealed record SecretMade(NodeId NodeId, ReadOnlyMemory<byte> Secret) : IWithNodeId;

    /// <summary>A job was handed in, and counts as open.</summary>
    public sealed record JobTaken(JobSpec Spec) : IWithNodeId
    {
        public NodeId NodeId => Spec.Boss;
    }

    /// <summary>All that a boss is: where its actor starts from.</summary>
    public sealed record BossSnapshot(NodeId NodeId, IReadOnlyList<JobSpec> Open, long Finished, ReadOnlyMemory<byte> Secret) : IWithNodeId;

    /// <summary>A job is over; also the answer to whoever said so.</summary>
    public sealed record JobEnded(NodeId NodeId, JobId JobId) : IWithNodeId;
}
