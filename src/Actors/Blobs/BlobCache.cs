using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// Blobs by their hash in memory, within a limit; the least recently used go first. What is read in parts, or by several tasks, is read
/// once from the store, and checked against its hash. Safe for use from several threads.
/// </summary>
/// <param name="maxBytes">Of all together. A blob that is larger is not kept.</param>
public sealed class BlobCache(IBlobStore blobs, long maxBytes)
{
    /// <summary>Blobs that are read from the store at once: each may be of the largest size.</summary>
    private const int MostReadings = 2;

    private readonly SemaphoreSlim _readings = new(MostReadings);
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash256, LinkedListNode<(Hash256 Hash, ReadOnlyMemory<byte> Bytes)>> _kept = [];
    private readonly LinkedList<(Hash256 Hash, ReadOnlyMemory<byte> Bytes)> _byUse = new(); // the least recently used first
    private readonly Dictionary<Hash256, Task<ReadOnlyMemory<byte>?>> _reading = [];
    private long _bytes;

    /// <summary>Bytes that are kept now.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>The bytes of a blob; null where the store does not have it.</summary>
    /// <exception cref="InvalidDataException">The store has other bytes under this hash.</exception>
    public Task<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_kept.TryGetValue(hash, out var node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                return Task.FromResult<ReadOnlyMemory<byte>?>(node.Value.Bytes);
            }
            if (!_reading.TryGetValue(hash, out var reading))
                _reading.Add(hash, reading = Task.Run(() => ReadAsync(hash), CancellationToken.None)); // others may wait for it
            return reading.WaitAsync(cancel);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(Hash256 hash)
    {
        await _readings.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (await blobs.GetAsync(hash, CancellationToken.None).ConfigureAwait(false) is not { } bytes)
                return null;
            if (Hash256.Of(bytes.Span) is var actual && actual != hash)
                throw new InvalidDataException($"The store has other bytes for blob {hash}: their SHA-256 is {actual}.");
            Keep(hash, bytes);
            return bytes;
        }
        finally
        {
            _readings.Release();
            lock (_lock)
                _reading.Remove(hash);
        }
    }

    private void Keep(Hash256 hash, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > maxBytes)
            return;
        lock (_lock)
        {
            if (_kept.ContainsKey(hash))
                return;
            while (_bytes + bytes.Length > maxBytes && _byUse.First is { } oldest)
            {
                _byUse.Remove(oldest);
                _kept.Remove(oldest.Value.Hash);
                _bytes -= oldest.Value.Bytes.Length;
            }
            _kept.Add(hash, _byUse.AddLast((hash, bytes)));
            _bytes += bytes.Length;
        }
    }
}
