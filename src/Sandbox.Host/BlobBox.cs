using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Host;

/// <summary>Modules and files in memory, within a limit. The other side says what goes.</summary>
internal sealed class BlobBox(long maxBytes) : IBlobStore
{
    private readonly ConcurrentDictionary<Hash256, ReadOnlyMemory<byte>> _blobs = new();
    private long _bytes;

    /// <summary>Keeps bytes; null with a sentence where there is no room. Called by one thread alone.</summary>
    public Hash256? TryPut(byte[] bytes, out string? refusal)
    {
        refusal = null;
        var hash = Hash256.Of(bytes);
        if (_blobs.ContainsKey(hash))
            return hash;
        var size = bytes.Length + (long)BlobQuota.Overhead;
        if (size > maxBytes - _bytes)
        {
            refusal = $"{bytes.Length} bytes more are over the limit BlobBytes = {maxBytes}: drop what is not needed.";
            return null;
        }
        _bytes += size;
        _blobs[hash] = bytes;
        return hash;
    }

    /// <summary>Lets go of bytes. Called by one thread alone.</summary>
    public void Drop(Hash256 hash)
    {
        if (_blobs.TryRemove(hash, out var bytes))
            _bytes -= bytes.Length + BlobQuota.Overhead;
    }

    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
        new(_blobs.TryGetValue(hash, out var bytes) ? bytes : default(ReadOnlyMemory<byte>?)); // a bare null would be made an empty blob

    public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(_blobs.ContainsKey(hash));

    public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        TryPut(bytes.ToArray(), out var refusal) is { } hash ? new(hash) : throw new InvalidOperationException(refusal);
}
