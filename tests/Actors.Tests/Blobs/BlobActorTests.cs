using System.Collections.Concurrent;
using Akka.Actor;
using AkkaCompute.Actors.Blobs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Work.BlobProtocol;

namespace AkkaCompute.Actors.Tests.Blobs;

public sealed class BlobActorTests : IDisposable
{
    private const int MaxBlob = 3 * ChunkBytes;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("blobs");
    private readonly KeyPair _key = KeyPair.Generate();
    private readonly KeyPair _third = KeyPair.Generate();
    private readonly Store _store = new();
    private readonly IActorRef _blobs;

    public BlobActorTests()
    {
        var node = new BlobNode(
            _store, new BlobCache(_store, MaxBlob), new PayloadVerdicts(null, _store), new BlobQuota(256L << 20, 1L << 30), MaxBlob, TimeSpan.FromDays(7), TimeSpan.FromHours(1), TimeProvider.System,
            ActorRefs.Nobody, TimeSpan.FromSeconds(5));
        _blobs = _system.ActorOf(Props.Create(() => new BlobActor(node)));
    }

    public void Dispose()
    {
        _system.Dispose();
        _key.Dispose();
        _third.Dispose();
    }

    [Theory]
    [InlineData(0, 0, 1, RefusalReason.TooLarge, "PutChunk.Size")]
    [InlineData(-1, 0, 1, RefusalReason.TooLarge, "PutChunk.Size")]
    [InlineData(MaxBlob + 1, 0, 1, RefusalReason.TooLarge, "PutChunk.Size")]
    [InlineData(long.MaxValue, 0, 1, RefusalReason.TooLarge, "PutChunk.Size")]
    [InlineData(10, 0, 0, RefusalReason.TooLarge, "PutChunk.Bytes")]
    [InlineData(MaxBlob, 0, ChunkBytes + 1, RefusalReason.TooLarge, "PutChunk.Bytes")]
    [InlineData(10, -1, 1, RefusalReason.Invalid, "PutChunk.Offset")]
    [InlineData(10, 10, 1, RefusalReason.Invalid, "PutChunk.Offset")]
    [InlineData(10, long.MaxValue, 1, RefusalReason.Invalid, "PutChunk.Offset")]
    [InlineData(10, 0, 11, RefusalReason.Invalid, "PutChunk.Offset")]
    public async Task A_chunk_outside_its_limits_is_refused_by_name(
        long size, long offset, int bytes, RefusalReason reason, string field)
    {
        var refused = Assert.IsType<Refused>(await Put(new PutChunk(Hash256.Of([1]), size, offset, new byte[bytes])));
        Assert.Equal(reason, refused.Reason);
        Assert.StartsWith(field, refused.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Blobs);
    }

    [Fact]
    public async Task Another_size_for_the_same_hash_is_a_conflict_and_the_first_upload_goes_on()
    {
        byte[] blob = [1, 2, 3, 4];
        var hash = Hash256.Of(blob);
        Assert.Equal(new ChunkTaken(hash, 2), await Put(new PutChunk(hash, 4, 0, blob.AsMemory(0, 2))));
        var refused = Assert.IsType<Refused>(await Put(new PutChunk(hash, 5, 2, blob.AsMemory(2))));
        Assert.Equal(RefusalReason.Conflict, refused.Reason);
        Assert.Equal(new BlobStored(hash), await Put(new PutChunk(hash, 4, 2, blob.AsMemory(2))));
    }

    [Fact]
    public async Task Bytes_of_another_hash_are_refused_and_the_right_ones_can_follow()
    {
        byte[] blob = [1, 2, 3];
        var hash = Hash256.Of(blob);
        var refused = Assert.IsType<Refused>(await Put(new PutChunk(hash, 3, 0, new byte[] { 1, 2, 4 })));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Empty(_store.Blobs);
        Assert.Equal(new BlobStored(hash), await Put(new PutChunk(hash, 3, 0, blob)));
        Assert.Equal(blob, _store.Blobs[hash]);
    }

    [Fact]
    public async Task A_chunk_that_is_repeated_or_too_early_is_answered_with_where_to_go_on()
    {
        var blob = Enumerable.Range(0, ChunkBytes + 10).Select(at => (byte)(at % 251)).ToArray();
        var hash = Hash256.Of(blob);
        var first = new PutChunk(hash, blob.Length, 0, blob.AsMemory(0, ChunkBytes));
        var last = new PutChunk(hash, blob.Length, ChunkBytes, blob.AsMemory(ChunkBytes));
        Assert.Equal(new ChunkTaken(hash, 0), await Put(last));
        Assert.Equal(new ChunkTaken(hash, ChunkBytes), await Put(first));
        Assert.Equal(new ChunkTaken(hash, ChunkBytes), await Put(first));
        Assert.Equal(new BlobStored(hash), await Put(last));
        Assert.Equal(blob, _store.Blobs[hash]);
    }

    [Fact]
    public async Task Bytes_of_another_sender_get_into_nobodys_upload()
    {
        using var other = KeyPair.Generate();
        byte[] blob = [1, 2, 3, 4];
        var hash = Hash256.Of(blob);
        Assert.Equal(new ChunkTaken(hash, 2), await Put(new PutChunk(hash, 4, 0, new byte[] { 9, 9 }), other)); // who knows the hash begins it
        Assert.Equal(new ChunkTaken(hash, 1), await Put(new PutChunk(hash, 1000, 0, new byte[] { 9 }), _third)); // with another size
        Assert.Equal(new ChunkTaken(hash, 2), await Put(new PutChunk(hash, 4, 0, blob.AsMemory(0, 2))));
        Assert.Equal(new BlobStored(hash), await Put(new PutChunk(hash, 4, 2, blob.AsMemory(2))));
        Assert.Equal(RefusalReason.Invalid, Assert.IsType<Refused>(await Put(new PutChunk(hash, 4, 2, blob.AsMemory(2)), other)).Reason);
        Assert.Equal(blob, _store.Blobs[hash]);
    }

    [Fact]
    public async Task A_chunk_that_its_sender_has_not_signed_as_it_is_is_refused()
    {
        var chunk = new PutChunk(Hash256.Of([1, 2]), 2, 0, new byte[] { 1 });
        var signed = chunk.Sign(_key);
        foreach (var forged in new[]
        {
            chunk, signed with { Bytes = new byte[] { 2 } }, signed with { Size = 3 }, signed with { Offset = 1 }, signed with { Hash = Hash256.Of([3]) },
            signed with { Signature = signed.Signature! with { Key = _third.Public } }, signed with { Signature = signed.Signature with { Signature = new byte[3] } },
        })
        {
            var refused = Assert.IsType<Refused>(await _blobs.Ask<object>(forged, Bound, TestContext.Current.CancellationToken));
            Assert.Equal(RefusalReason.Invalid, refused.Reason);
            Assert.StartsWith("PutChunk.Signature", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Uploads_that_others_began_keep_nobody_out()
    {
        var others = Enumerable.Range(0, 200).Select(_ => KeyPair.Generate()).ToArray();
        var blob = Enumerable.Range(0, 3 * ChunkBytes).Select(at => (byte)(at % 251)).ToArray();
        var hash = Hash256.Of(blob);
        for (var (next, flood) = (0L, 0); next < blob.Length;)
        {
            var reply = await Put(new PutChunk(hash, blob.Length, next, blob.AsMemory((int)next, ChunkBytes)));
            if (reply is BlobStored)
                break;
            next = Assert.IsType<ChunkTaken>(reply).Next;
            for (var end = flood + 50; flood < end; flood++)
                Assert.IsType<ChunkTaken>(await Put(new PutChunk(Hash256.Of([(byte)flood]), MaxBlob, 0, new byte[1]), others[flood]));
        }
        Assert.Equal(blob, _store.Blobs[hash]);
        foreach (var other in others)
            other.Dispose();
    }

    [Fact]
    public async Task A_store_that_takes_its_time_holds_the_bytes_of_no_more_than_16()
    {
        _store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        KeyPair[] keys = [.. Enumerable.Range(0, 5).Select(_ => KeyPair.Generate())];
        var stored = Enumerable.Range(0, Uploads.Most).Select(number => Put(new PutChunk(Hash256.Of([(byte)number]), 1, 0, new[] { (byte)number }), keys[number / 4])).ToArray();
        var chunk = new PutChunk(Hash256.Of([100]), 1, 0, new byte[] { 100 });
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(await Put(chunk, keys[4])).Reason);
        Assert.Equal(RefusalReason.Unavailable, Assert.IsType<Refused>(await Put(new PutChunk(Hash256.Of([0]), 1, 0, new byte[] { 0 }), keys[0])).Reason); // again
        _store.Hold.SetResult();
        Assert.All(await Task.WhenAll(stored), reply => Assert.IsType<BlobStored>(reply));
        Assert.IsType<BlobStored>(await Put(chunk, keys[4]));
        foreach (var key in keys)
            key.Dispose();
    }

    [Theory]
    [InlineData(BlobPut.BossFull, RefusalReason.TooLarge, "PutChunk.Size: with these 1 bytes the blobs that open jobs of this boss need are over its 268435456 bytes.")]
    [InlineData(BlobPut.StoreFull, RefusalReason.Unavailable, "There is no room for 1 bytes more")]
    public async Task A_quota_that_is_full_is_said_so(BlobPut put, RefusalReason reason, string says)
    {
        _store.Answer = put;
        var refused = Assert.IsType<Refused>(await Put(new PutChunk(Hash256.Of([7]), 1, 0, new byte[] { 7 })));
        Assert.Equal(reason, refused.Reason);
        Assert.StartsWith(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_is_unavailable_and_says_why()
    {
        _store.Fault = new IOException("disk full");
        byte[] blob = [7];
        var refused = Assert.IsType<Refused>(await Put(new PutChunk(Hash256.Of(blob), 1, 0, blob)));
        Assert.Equal(RefusalReason.Unavailable, refused.Reason);
        Assert.Contains("disk full", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_comes_back_in_chunks_and_only_from_inside()
    {
        var blob = Enumerable.Range(0, (2 * ChunkBytes) + 10).Select(at => (byte)(at % 251)).ToArray();
        var hash = Hash256.Of(blob);
        _store.Blobs[hash] = blob;
        var all = new List<byte>();
        while (all.Count < blob.Length)
        {
            var chunk = Assert.IsType<BlobChunk>(await Get(hash, all.Count));
            Assert.Equal((blob.Length, all.Count), (chunk.Size, chunk.Offset));
            Assert.InRange(chunk.Bytes.Length, 1, ChunkBytes);
            all.AddRange(chunk.Bytes.Span);
        }
        Assert.Equal(blob, all);
        foreach (var outside in (long[])[-1, blob.Length, MaxBlob, long.MaxValue, long.MinValue])
        {
            var refused = Assert.IsType<Refused>(await Get(hash, outside));
            Assert.Equal(RefusalReason.Invalid, refused.Reason);
            Assert.StartsWith("GetChunk.Offset", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(RefusalReason.UnknownBlob, Assert.IsType<Refused>(await Get(Hash256.Of([9]), 0)).Reason);
    }

    private Task<object> Get(Hash256 hash, long offset) => _blobs.Ask<object>(new GetChunk(hash, offset), Bound, TestContext.Current.CancellationToken);

    private Task<object> Put(PutChunk chunk, KeyPair? by = null) =>
        _blobs.Ask<object>(chunk.Sign(by ?? _key), Bound, TestContext.Current.CancellationToken);

    private sealed class Store : IBlobStore
    {
        public ConcurrentDictionary<Hash256, byte[]> Blobs { get; } = new();

        public Exception? Fault { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public BlobPut Answer { get; set; } = BlobPut.Stored;

        public async ValueTask<BlobPut> PutAsync(NodeId boss, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel)
        {
            if (Hold is { } hold)
                await hold.Task;
            await PutAsync(bytes, cancel);
            return Answer;
        }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
            new(Blobs.TryGetValue(hash, out var bytes) ? bytes : (ReadOnlyMemory<byte>?)null);

        public ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) => new(Blobs.ContainsKey(hash));

        public ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            if (Fault is not null)
                return ValueTask.FromException<Hash256>(Fault);
            var hash = Hash256.Of(bytes.Span);
            Blobs[hash] = bytes.ToArray();
            return new(hash);
        }
    }
}
