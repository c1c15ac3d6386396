using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>What is signed into a main chain under one reservation, one entry after the other.</summary>
public sealed class ReservedPlace(ChainProtocol.Reserved reserved)
{
    private readonly List<Entry> _entries = [];

    public ChainProtocol.Reserved Reserved => reserved;

    public IReadOnlyList<Entry> Entries => _entries;

    /// <summary>The same entries under another reservation of the same place; null where it is another one.</summary>
    public ReservedPlace? Again(ChainProtocol.Reserved other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((other.Seq, other.Previous) != (reserved.Seq, reserved.Previous))
            return null;
        var place = new ReservedPlace(other);
        place._entries.AddRange(_entries);
        return place;
    }

    /// <summary>Signs the next one.</summary>
    /// <exception cref="ArgumentException">A claim is outside its limits; the message names it.</exception>
    public Entry Sign(KeyPair key, Claims claims)
    {
        var (seq, previous) = _entries.Count == 0
            ? (reserved.Seq, reserved.Previous)
            : (_entries[^1].Place.Seq + 1, _entries[^1].Hash);
        return Add(Entry.Sign(key, new EntryPlace(reserved.NodeId, EntryPlace.Main, seq, previous, reserved.Checkpoint), claims));
    }

    /// <summary>Takes a declaration that was signed before: its proof of work is not done twice.</summary>
    public Entry Add(Entry entry)
    {
        _entries.Add(entry);
        return entry;
    }
}
