using System.Collections.Concurrent;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Sandbox.Wasm.Modules;

/// <summary>
/// The files of programs by their hash, in memory within a limit; the least recently used go first. Tasks that need a file at the same time
/// wait for one reading of it.
/// </summary>
internal sealed class FileCache(IBlobStore blobs, long maxBytes, TimeProvider time)
{
    private sealed class Kept(ReadOnlyMemory<byte> bytes)
    {
        public ReadOnlyMemory<byte> Bytes => bytes;
        public long LastUsed;
    }

    private readonly ConcurrentDictionary<Hash256, Kept> _kept = new();
    private readonly ConcurrentDictionary<Hash256, Lazy<Task<(Kept? Kept, string? Why)>>> _reading = new();
    private readonly Lock _eviction = new();

    /// <summary>The contents of a program's files, in their order; <c>null</c> where one must be read first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Find(IReadOnlyList<ProgramFile> files)
    {
        var found = new ReadOnlyMemory<byte>[files.Count];
        for (var i = 0; i < found.Length; i++)
        {
            if (files[i].Size == 0)
                continue;
            if (!_kept.TryGetValue(files[i].Blob, out var kept) || kept.Bytes.Length != files[i].Size)
                return null;
            kept.LastUsed = time.GetTimestamp();
            found[i] = kept.Bytes;
        }
        return found;
    }

    /// <summary>Reads what is missing. All that one program has may be over the limit until another one comes.</summary>
    /// <returns>The contents; or a sentence on what is wrong, for all tasks alike where <c>Refused</c>.</returns>
    public async Task<(IReadOnlyList<ReadOnlyMemory<byte>>? Files, string? Why, bool Refused)> ReadAsync(
        IReadOnlyList<ProgramFile> files, CancellationToken cancel)
    {
        var found = new ReadOnlyMemory<byte>[files.Count];
        for (var i = 0; i < found.Length; i++)
        {
            var file = files[i];
            if (file.Size == 0)
                continue;
            if (!_kept.TryGetValue(file.Blob, out var kept))
            {
                var reading = _reading.GetOrAdd(file.Blob, hash => new(() => Task.Run(() => ReadOnceAsync(hash), CancellationToken.None)));
                (kept, var why) = await reading.Value.WaitAsync(cancel);
                if (kept is null)
                    return (null, why, false);
            }
            if (kept.Bytes.Length != file.Size)
                return (null, $"The file '{file.Path}' has {kept.Bytes.Length} bytes, not {file.Size} as the program says.", true);
            kept.LastUsed = time.GetTimestamp();
            found[i] = kept.Bytes;
        }
        return (found, null, false);
    }

    private async Task<(Kept? Kept, string? Why)> ReadOnceAsync(Hash256 hash)
    {
        try
        {
            if (await blobs.GetAsync(hash, CancellationToken.None) is not { } bytes)
                return (null, $"The file {hash} is not in this worker's store.");
            if (Hash256.Of(bytes.Span) is var actual && actual != hash)
                return (null, $"The store gave other bytes for the file {hash}: their hash is {actual}.");
            return (Keep(hash, bytes), null);
        }
        finally
        {
            _reading.TryRemove(hash, out _);
        }
    }

    private Kept Keep(Hash256 hash, ReadOnlyMemory<byte> bytes)
    {
        lock (_eviction)
        {
            var now = time.GetTimestamp();
            var kept = _kept[hash] = new Kept(bytes) { LastUsed = now };
            var total = _kept.Values.Sum(one => (long)one.Bytes.Length);
            foreach (var oldest in _kept.OrderBy(one => one.Value.LastUsed).ToArray())
            {
                if (total <= maxBytes || oldest.Key == hash)
                    break;
                if (_kept.TryRemove(oldest))
                    total -= oldest.Value.Bytes.Length;
            }
            return kept;
        }
    }
}
