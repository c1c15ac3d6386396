using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Jobs.Protocol;

/// <summary>A rank that was passed over.</summary>
/// <param name="IsByDelegate">
/// Whether the entry is the delegate's <see cref="Expired"/>; else it is the worker's <see cref="Entries.Decline"/>.
/// </param>
/// <param name="Entry">Signed.</param>
public sealed record PassedRank(long Bundle, int Attempt, NodeId Worker, bool IsByDelegate, ReadOnlyMemory<byte> Entry)
{
    /// <summary>Whether the worker had accepted, and let the lease run out.</summary>
    public bool IsUnanswered() =>
        IsByDelegate && Entries.Entry.TryParse(Entry.Span, out var entry, out _) && entry.Claims is Expired { Accepted: true };

    /// <summary>Whether a gateway has said that the worker is gone.</summary>
    public bool IsGone() =>
        IsByDelegate && Entries.Entry.TryParse(Entry.Span, out var entry, out _) && entry.Claims is Expired { Gone: not null };
}
