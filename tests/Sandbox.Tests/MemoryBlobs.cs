using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Tests;

/// <summary>A blob store in memory that counts its reads, and can be made to lie.</summary>
public sealed class MemoryBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<Hash256, ReadOnlyMemory<byte>> _blobs = new();
    private int _reads;

    public int Reads => _reads;

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
    {
        Interlocked.Increment(ref _reads);
        return new(_blobs.TryGetValue(hash, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?)); // a bare null would be made an empty blob
    }

    public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(_blobs.ContainsKey(hash));

    public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => new(Put(bytes));

    public Hash256 Put(ReadOnlyMemory<byte> bytes)
    {
        var hash = Hash256.Of(bytes.Span);
        _blobs[hash] = bytes;
        return hash;
    }

    public void Lie(Hash256 hash, ReadOnlyMemory<byte> bytes) => _blobs[hash] = bytes;
}
