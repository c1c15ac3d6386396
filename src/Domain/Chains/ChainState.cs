using System.Collections.Immutable;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using Delegate = AkkaCompute.Domain.Entries.Delegate;

namespace AkkaCompute.Domain.Chains;

/// <summary>A key of a main chain.</summary>
/// <param name="From">The number of the first entry that it signs: a declaration or a rotation.</param>
public readonly record struct ChainKey(long From, PublicKey Key);

/// <summary>
/// Where one chain of one author stands: all that is needed to judge its next entry. Changed by <see cref="ChainRules"/>; its
/// constructor and fields are for snapshots. Some 300 bytes, and the opening entry of a sub-chain.
/// </summary>
public sealed record ChainState
{
    /// <summary>How many keys an author may have had.</summary>
    public const int MaxKeys = 256;

    /// <exception cref="ArgumentException">No key, or more than <see cref="MaxKeys"/> and the one of a revocation.</exception>
    public ChainState(ChainHead head, Epoch seen, ImmutableArray<ChainKey> keys)
    {
        if (keys.IsDefaultOrEmpty || keys.Length > MaxKeys + 1)
            throw new ArgumentException($"keys: not 1 to {MaxKeys + 1}.", nameof(keys));
        (Head, Seen, Keys) = (head, seen, keys);
    }

    public ChainHead Head { get; internal init; }

    /// <summary>The epoch of the last entry's checkpoint: none is named again that is earlier.</summary>
    public Epoch Seen { get; internal init; }

    /// <summary>The keys that have been in force, the last of them now. A sub-chain has one.</summary>
    public ImmutableArray<ChainKey> Keys { get; internal init; }

    /// <summary>Main chain: the SHA-256 of the next key. Null after a revocation, and in a sub-chain.</summary>
    public Hash256? NextKey { get; init; }

    /// <summary>Sub-chain: the entry that opened it, an <see cref="Open"/> or a <see cref="Delegate"/>.</summary>
    public Entry? Opening { get; init; }

    /// <summary>Delegate: the credits that its verdicts have paid.</summary>
    public long Spent { get; init; }

    /// <summary>Delegate: it has settled its job, and signs no more.</summary>
    public bool Settled { get; init; }

    public bool IsMain => Head.Sub == EntryPlace.Main;

    /// <summary>Whether the author has ended all its chains; asked of the main chain.</summary>
    public bool IsRevoked => IsMain && NextKey is null;

    /// <summary>The key that is in force.</summary>
    public PublicKey Key => Keys[^1].Key;

    /// <summary>Where the author's next entry in this chain goes.</summary>
    public EntryPlace Next(Checkpoint checkpoint) => new(Head.Author, Head.Sub, Head.Seq + 1, Head.Hash, checkpoint);

    /// <summary>The key that signs, or has signed, the entry of this number.</summary>
    public PublicKey KeyAt(long seq)
    {
        var i = Keys.Length - 1;
        while (i > 0 && Keys[i].From > seq)
            i--;
        return Keys[i].Key;
    }

    internal ChainState With(Entry entry) => this with
    {
        Head = Head with { Seq = entry.Place.Seq, Hash = entry.Hash },
        Seen = entry.Place.Checkpoint.Epoch,
    };

    /// <summary>The sub-chain that an entry of a main chain opens.</summary>
    /// <param name="opening">An <see cref="Open"/> or a <see cref="Delegate"/>.</param>
    /// <param name="key">The main chain's key; a delegate brings its own.</param>
    public static ChainState Opened(Entry opening, PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(opening);
        var head = new ChainHead(opening.Place.Issuer, opening.Place.Seq, 0, opening.Hash);
        return new ChainState(
            head, opening.Place.Checkpoint.Epoch, [new ChainKey(0, opening.Claims is Delegate grant ? grant.Key : key)])
        {
            Opening = opening,
        };
    }

    // ImmutableArray compares by reference.
    public bool Equals(ChainState? other) =>
        other is not null && Head == other.Head && Seen == other.Seen && NextKey == other.NextKey && Spent == other.Spent
            && Settled == other.Settled
            && Equals(Opening, other.Opening) && Keys.AsSpan().SequenceEqual(other.Keys.AsSpan());

    public override int GetHashCode() => Head.GetHashCode();
}
