using AkkaCompute.Domain.Identity;

namespace AkkaCompute.Domain.Roster;

/// <summary>Two different records of one epoch that one cluster node signed: it tells two histories. Anybody can verify it.</summary>
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
        if (one.Number != other.Number || one.Hash == other.Hash || !IsSigned(key, one) || !IsSigned(key, other))
            return null;
        return one.Hash < other.Hash ? new RecordFork(key, one, other) : new RecordFork(key, other, one);
    }

    private static bool IsSigned(PublicKey key, EpochRecord record) => record.Signatures.Any(signature => record.Verify(key, signature));
}
