using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Roster.Closing;

/// <summary>The place in an order: by rank, then by how much of the same author is before it, then by lot.</summary>
internal readonly record struct Priority(int Rank, int Turn, Hash256 Lot) : IComparable<Priority>
{
    public int CompareTo(Priority other)
    {
        var order = Rank.CompareTo(other.Rank);
        if (order == 0)
            order = Turn.CompareTo(other.Turn);
        return order == 0 ? Lot.CompareTo(other.Lot) : order;
    }
}

/// <summary>
/// What waits for an epoch, as far as there is room: the first by <see cref="Priority"/>. What is displaced is sent again by whoever
/// wants it.
/// </summary>
internal sealed class RankedSet<TKey, TItem>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, Waiting> _items = [];
    private readonly SortedSet<Waiting> _order = new(Comparer<Waiting>.Create(static (one, other) => one.CompareTo(other)));
    private long _added;

    private sealed record Waiting(TKey Key, TItem Item, Priority Priority, long Number)
    {
        public int CompareTo(Waiting other)
        {
            var order = Priority.CompareTo(other.Priority);
            return order == 0 ? Number.CompareTo(other.Number) : order;
        }
    }

    public int Count => _items.Count;

    public IEnumerable<TItem> Items => _items.Values.Select(waiting => waiting.Item);

    public bool Has(TKey key) => _items.ContainsKey(key);

    public bool TryFind(TKey key, out TItem item)
    {
        var found = _items.TryGetValue(key, out var waiting);
        item = found ? waiting!.Item : default!;
        return found;
    }

    /// <summary>Adds it, or puts it in the place of the one with its key; false where all that waits is before it.</summary>
    /// <param name="displaced">What had to make room; null for nothing.</param>
    public bool TryAdd(TKey key, TItem item, Priority priority, out (TKey Key, TItem Item)? displaced)
    {
        displaced = null;
        if (!Remove(key) && _items.Count >= capacity)
        {
            var last = _order.Max!;
            if (last.Priority.CompareTo(priority) <= 0)
                return false;
            Remove(last.Key);
            displaced = (last.Key, last.Item);
        }
        var waiting = new Waiting(key, item, priority, _added++);
        _items.Add(key, waiting);
        _order.Add(waiting);
        return true;
    }

    public bool Remove(TKey key) => _items.Remove(key, out var waiting) && _order.Remove(waiting);
}
