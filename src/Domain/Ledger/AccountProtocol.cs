using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Ledger;

/// <summary>
/// Everything that an account is told and says. Each movement has a key, so that the same one again changes nothing: a hold and
/// a refund by their job, a payment by (job, number), an issue by its own.
/// </summary>
public static class AccountProtocol
{
    /// <summary>What an account is told. Idempotent by its key.</summary>
    public interface ICommand : IWithNodeId;

    /// <summary>What is kept of an account for ever; also the answer to the command.</summary>
    public interface IEvent : IWithNodeId;

    /// <summary>The account that is paid what nobody else may keep: what newcomers get less, rejected pay, rounding.</summary>
    public static NodeId Pool { get; } = new(Hash256.Of("akkacompute/pool"u8));

    /// <summary>Moves credits into a job's escrow; answered by <see cref="Held"/>, or refused where there are too few.</summary>
    public sealed record Hold(NodeId NodeId, JobId JobId, Credits Amount) : ICommand;

    /// <summary>The credits are the job's. Also the event.</summary>
    public sealed record Held(NodeId NodeId, JobId JobId, Credits Amount) : IEvent;

    /// <summary>What is left of a job's escrow goes back; once.</summary>
    public sealed record Refund(NodeId NodeId, JobId JobId, Credits Amount) : ICommand;

    /// <summary>The rest of the escrow is back. Also the event.</summary>
    public sealed record Refunded(NodeId NodeId, JobId JobId, Credits Amount) : IEvent;

    /// <summary>A job pays.</summary>
    /// <param name="Number">1, 2, 3, … for each job and account.</param>
    public sealed record Pay(NodeId NodeId, JobId JobId, long Number, Credits Amount) : ICommand;

    /// <summary>The payment and all before it of this job are durable. Also the event.</summary>
    public sealed record Paid(NodeId NodeId, JobId JobId, long Number, Credits Amount) : IEvent;

    /// <summary>A number is missing before this one: the job sends again from <paramref name="Expected"/>.</summary>
    public sealed record PayGap(NodeId NodeId, JobId JobId, long Expected) : IWithNodeId;

    /// <summary>
    /// Makes credits out of nothing: the operators' act, which an entry of a cluster node says, and the audit with it.
    /// Refused without both; see <see cref="IssueProof"/>.
    /// </summary>
    /// <param name="Key">Names this issue; the entry's.</param>
    /// <param name="Amount">The entry's.</param>
    /// <param name="Entry">The <see cref="Entries.Issuance"/>, as it was signed.</param>
    /// <param name="Receipt">That it is in its author's chain.</param>
    public sealed record Issue(NodeId NodeId, Hash256 Key, Credits Amount, ReadOnlyMemory<byte> Entry, ReadOnlyMemory<byte> Receipt)
        : ICommand;

    /// <summary>Asks what was issued by a key; answered by <see cref="Issued"/>, with no credits where there was nothing.</summary>
    public sealed record GetIssued(NodeId NodeId, Hash256 Key) : IWithNodeId;

    /// <summary>The issue is durable. Also the event.</summary>
    public sealed record Issued(NodeId NodeId, Hash256 Key, Credits Amount) : IEvent;

    /// <summary>Asks for the balance; answered by <see cref="Balance"/>.</summary>
    public sealed record GetBalance(NodeId NodeId) : IWithNodeId;

    /// <summary>What a c-node has.</summary>
    /// <param name="Free">What a new job may hold.</param>
    /// <param name="InEscrow">What open jobs hold.</param>
    public sealed record Balance(NodeId NodeId, Credits Free, Credits InEscrow) : IWithNodeId;
}
