using System.Collections.Immutable;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// Two different records of one epoch that one cluster node signed: it tells two histories. Anybody can verify it. Both are with its
/// signature alone, for that of others proves nothing here.
/// </summary>
public sealed record RecordFork
{
    private RecordFork(PublicKey key, EpochRecord first, EpochRecord second) => (Key, First, Second) = (key, first, second);

    /// <summary>Who signed both.</summary>
    public PublicKey Key { get; }

    /// <summary>The one with the lower hash: so that one fork has one proof.</summary>
    public EpochRecord First { get; }

    public EpochRecord Second { get; }

    /// <summary>The proof, or null where these two are none.</summary>
    public static RecordFork? Of(PublicKey key, EpochRecord one, EpochRecord other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Number != other.Number || one.Hash == other.Hash || Signed(key, one) is not { } first
            || Signed(key, other) is not { } second)
            return null;
        return first.Hash < second.Hash ? new RecordFork(key, first, second) : new RecordFork(key, second, first);
    }

    private static EpochRecord? Signed(PublicKey key, EpochRecord record)
    {
        var own = record.Signatures.Where(signature => record.Verify(key, signature)).Take(1).ToImmutableArray();
        return own.IsEmpty ? null : record.With(own);
    }
}
