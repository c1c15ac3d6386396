using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Chains;

/// <summary>The latest entries of an author by their places: so that one that comes again is known without reading the journal.</summary>
public sealed class RecentEntries
{
    /// <summary>How many are remembered: some 100 KB.</summary>
    public const int Most = 1_024;

    private readonly Dictionary<(long Sub, long Seq), (Hash256 Hash, Epoch In)> _byPlace = [];
    private readonly Queue<(long Sub, long Seq)> _order = new();

    public void Add(Entry entry, Epoch @in)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var place = (entry.Place.Sub, entry.Place.Seq);
        if (!_byPlace.TryAdd(place, (entry.Hash, @in)))
            return;
        _order.Enqueue(place);
        if (_order.Count > Most)
            _byPlace.Remove(_order.Dequeue());
    }

    /// <summary>The epoch in which this very entry was appended; null where it was not, or too long ago.</summary>
    public Epoch? Find(Entry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _byPlace.TryGetValue((entry.Place.Sub, entry.Place.Seq), out var kept) && kept.Hash == entry.Hash ? kept.In : null;
    }
}
