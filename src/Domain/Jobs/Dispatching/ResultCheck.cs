using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Domain.Jobs.Dispatching;

/// <summary>A whole result of a bundle, as it came in.</summary>
/// <param name="Epoch">The epoch of the draw that the worker was asked by.</param>
/// <param name="Key">
/// The worker's key in that draw's roster, where it is not its first one: what it rotated to since counts from the next roster on.
/// </param>
/// <param name="First">The bundle's first task.</param>
/// <param name="Digests">One for each task; <c>null</c> means no result.</param>
public sealed record GivenResult(
    JobId Job, long Bundle, int Attempt, Epoch Epoch, NodeId Worker, PublicKey? Key, long First, Hash256?[] Digests, Commitment? Commitment)
{
    /// <summary>
    /// Why the worker's signed entry does not stand for this; null where it does. 50 µs and 1.2 µs a task. Nothing of it is looked
    /// at before the entry is bounded and parsed; the signature comes last.
    /// </summary>
    public string? Check()
    {
        if (Commitment is not { } commitment)
            return "Commitment: missing.";
        if (!Entry.TryParse(commitment.Entry.Span, out var entry, out var refused))
            return $"Commitment.Entry: {refused.Message}";
        if (entry.Place.Issuer != Worker)
            return "Commitment.Entry: of another c-node.";
        if (!Worker.SignsWith(commitment.Key, Key))
            return $"Commitment.Key: {commitment.Key}, but in the roster of epoch {Epoch}, which drew it, {Worker} has "
                + $"{Key?.ToString() ?? "its first key"}.";
        if (entry.Claims is not Result result)
            return $"Commitment.Entry: a {entry.Claims.Type}, not a result.";
        if (result.Job != Job || result.Bundle != Bundle || result.Attempt != Attempt || result.Epoch != Epoch)
            return "Commitment.Entry: for another lease.";
        if (result.First != First || result.Tasks != Digests.Length)
            return "Commitment.Entry: for other tasks.";
        if (ResultBatch.Build(Worker, First, Attempt, commitment.Salt, Digests).Root != result.Root)
            return "Commitment.Entry: its root is not that of the results sent.";
        return entry.Verify(commitment.Key) ? null : "Commitment.Entry: not signed by this key.";
    }
}
