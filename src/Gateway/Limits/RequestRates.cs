using System.Net;

namespace AkkaCompute.Gateway.Limits;

/// <summary>
/// A token bucket for each address (a request takes one, so many come back each second), for a bounded number of addresses: where there is
/// no room the one that asked least lately goes, whose bucket is the fullest. Safe from several threads.
/// </summary>
/// <param name="perSecond">Tokens that come back each second; twice as many fit.</param>
/// <param name="addresses">Addresses that are remembered.</param>
public sealed class RequestRates(int perSecond, int addresses, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Bucket>> _buckets = [];
    private readonly LinkedList<Bucket> _byAge = []; // the one that asked last is last

    public int Known
    {
        get
        {
            lock (_lock)
                return _buckets.Count;
        }
    }

    /// <summary>Takes a token; null where there was one, else how long until there is.</summary>
    public TimeSpan? Take(IPAddress address)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (_buckets.TryGetValue(address, out var node))
            {
                _byAge.Remove(node);
            }
            else
            {
                if (_buckets.Count >= addresses)
                {
                    _buckets.Remove(_byAge.First!.Value.Address);
                    _byAge.RemoveFirst();
                }
                node = new LinkedListNode<Bucket>(new Bucket(address, 2d * perSecond, now));
                _buckets.Add(address, node);
            }
            _byAge.AddLast(node);
            var tokens = Math.Min(2d * perSecond, node.Value.Tokens + (time.GetElapsedTime(node.Value.At, now).TotalSeconds * perSecond));
            var (left, wait) = tokens >= 1 ? (tokens - 1, (TimeSpan?)null) : (tokens, TimeSpan.FromSeconds((1 - tokens) / perSecond));
            node.Value = new Bucket(address, left, now);
            return wait;
        }
    }

    private readonly record struct Bucket(IPAddress Address, double Tokens, long At);
}
