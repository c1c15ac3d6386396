using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Tests.Blobs;

public sealed class BlobCacheTests
{
    private readonly Store _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_is_read_once_and_the_least_recently_used_makes_room()
    {
        var cache = new BlobCache(_store, 2_500);
        Hash256[] hashes = [_store.Add(1, 1_000), _store.Add(2, 1_000), _store.Add(3, 1_000)];
        foreach (var at in new[] { 0, 1, 0, 2, 0, 1 }) // the third takes the place of the second
            Assert.Equal(1_000, (await cache.GetAsync(hashes[at], Cancel))!.Value.Length);
        Assert.Equal([hashes[0], hashes[1], hashes[2], hashes[1]], _store.Read);
        Assert.Equal(2_000, cache.Bytes);

        var large = _store.Add(4, 3_000);
        Assert.Equal(3_000, (await cache.GetAsync(large, Cancel))!.Value.Length);
        Assert.Equal(2_000, cache.Bytes);
    }

    [Fact]
    public async Task Who_asks_while_it_is_read_waits_for_the_same_reading()
    {
        var cache = new BlobCache(_store, 10_000);
        var hash = _store.Add(1, 1_000);
        _store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = Enumerable.Range(0, 5).Select(_ => cache.GetAsync(hash, Cancel)).ToArray();
        _store.Hold.SetResult();
        await Task.WhenAll(asked);
        Assert.Single(_store.Read);
    }

    [Fact]
    public async Task What_is_not_there_or_is_other_bytes_is_told_and_asked_for_again()
    {
        var cache = new BlobCache(_store, 10_000);
        var hash = Hash256.Of(Store.Bytes(1, 1_000));
        Assert.Null(await cache.GetAsync(hash, Cancel));
        _store.Blobs[hash] = Store.Bytes(2, 1_000);
        var wrong = await Assert.ThrowsAsync<InvalidDataException>(() => cache.GetAsync(hash, Cancel));
        Assert.Contains($"other bytes for blob {hash}", wrong.Message, StringComparison.Ordinal);
        _store.Blobs[hash] = Store.Bytes(1, 1_000);
        Assert.NotNull(await cache.GetAsync(hash, Cancel));
        Assert.Equal(3, _store.Read.Count);
    }

    private sealed class Store : IBlobStore
    {
        public Dictionary<Hash256, byte[]> Blobs { get; } = [];

        public List<Hash256> Read { get; } = [];

        public TaskCompletionSource? Hold { get; set; }

        public static byte[] Bytes(int seed, int size) => [.. Enumerable.Range(0, size).Select(at => (byte)(at * seed % 251))];

        public Hash256 Add(int seed, int size)
        {
            var bytes = Bytes(seed, size);
            Blobs[Hash256.Of(bytes)] = bytes;
            return Hash256.Of(bytes);
        }

        public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
        {
            Read.Add(hash);
            if (Hold is { } hold)
                await hold.Task;
            return Blobs.TryGetValue(hash, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null;
        }

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => throw new NotSupportedException();
    }
}
