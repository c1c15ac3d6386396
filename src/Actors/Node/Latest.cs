using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AkkaCompute.Actors.Node;

/// <summary>The entries that were added last, so many at the most: the oldest one makes room. Read by any thread without a lock.</summary>
internal sealed class Latest<TKey, TValue>(int most, IEqualityComparer<TKey>? comparer = null) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, LinkedListNode<TKey> Node)> _entries =
        new(comparer ?? EqualityComparer<TKey>.Default);
    private readonly LinkedList<TKey> _order = new();
    private readonly Lock _writing = new();

    public int Count => _entries.Count;

    public IEnumerable<TValue> Values => _entries.Values.Select(entry => entry.Value);

    public bool Contains(TKey key) => _entries.ContainsKey(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = _entries.TryGetValue(key, out var entry);
        value = entry.Value;
        return found;
    }

    /// <summary>Adds it, or puts it in the place of what was there, as the latest.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_writing)
        {
            if (_entries.TryGetValue(key, out var before))
                _order.Remove(before.Node);
            _entries[key] = (value, _order.AddLast(key));
            if (_order.Count <= most)
                return;
            _entries.TryRemove(_order.First!.Value, out _);
            _order.RemoveFirst();
        }
    }

    public void Remove(TKey key)
    {
        lock (_writing)
        {
            if (_entries.TryRemove(key, out var entry))
                _order.Remove(entry.Node);
        }
    }
}
