using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Epochs;

/// <summary>
/// The hashes of the epoch records that a node knows: the latest of those that it has followed, and earlier ones that it has looked up.
/// Some 2 MB at most. For any thread.
/// </summary>
public sealed class KnownRecords
{
    /// <summary>Records that were followed: the latest.</summary>
    public const int MaxFollowed = 16_384;

    /// <summary>Earlier records that were looked up: the last.</summary>
    public const int MaxFound = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Hash256> _followed = [];
    private readonly Dictionary<ulong, Hash256> _found = [];
    private readonly Queue<ulong> _order = new(), _orderFound = new();

    /// <summary>The hash of an epoch's record; null where it is not known here. Epoch 0 has none: zero, as a checkpoint says it.</summary>
    public Hash256? HashOf(Epoch epoch)
    {
        if (epoch == Epoch.None)
            return default(Hash256);
        lock (_lock)
            return _followed.TryGetValue(epoch.Number, out var hash) || _found.TryGetValue(epoch.Number, out hash) ? hash : null;
    }

    /// <summary>A record came into force. One that does not follow on what is known begins another history.</summary>
    public void Follow(EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var number = record.Number.Number;
        lock (_lock)
        {
            if (Contradicts(number, record.Hash) || Contradicts(number - 1, record.Previous))
                Clear();
            if (_followed.TryAdd(number, record.Hash))
                _order.Enqueue(number);
            if (_order.Count > MaxFollowed)
                _followed.Remove(_order.Dequeue());
        }
    }

    /// <summary>An earlier record was looked up.</summary>
    public void Find(Epoch epoch, Hash256 hash)
    {
        lock (_lock)
        {
            if (_found.TryAdd(epoch.Number, hash))
                _orderFound.Enqueue(epoch.Number);
            if (_orderFound.Count > MaxFound)
                _found.Remove(_orderFound.Dequeue());
        }
    }

    private bool Contradicts(ulong number, Hash256 hash) =>
        (_followed.TryGetValue(number, out var known) || _found.TryGetValue(number, out known)) && known != hash;

    private void Clear()
    {
        _followed.Clear();
        _found.Clear();
        _order.Clear();
        _orderFound.Clear();
    }
}
