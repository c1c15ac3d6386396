using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Work.BlobProtocol;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// Puts blobs together from their chunks, checks their hash, and keeps them; gives them away again in chunks; and drops, now
/// and then, those that no job refers to.
/// </summary>
public sealed class BlobActor : ReceiveActor, IWithTimers
{
    /// <summary>Chunks that may be read at once; whoever asks for more asks again.</summary>
    private const int MaxReads = 16;

    private readonly BlobNode _node;
    private readonly Uploads _uploads = new();
    private readonly OrphanedReferences _orphans;
    private readonly long _started;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _reads;

    public BlobActor(BlobNode node)
    {
        (_node, _started, _orphans) = (node, node.Time.GetTimestamp(), new OrphanedReferences(node, new EventReader(Context.System)));
        Receive<PutChunk>(OnChunk);
        Receive<Put>(OnPut);
        Receive<GetChunk>(OnGet);
        Receive<Read>(read => OnRead(read.Answer));
        Receive<Sweep>(_ => _uploads.Sweep(Now));
        Receive<Collect>(_ => OnCollect());
        Receive<Collected>(collected =>
        {
            if (collected.Count > 0)
                _log.Info("{0} blobs that no job refers to were dropped.", collected.Count);
        });
        Receive<Status.Failure>(failure => _log.Warning(failure.Cause, "Blobs that nobody needs could not be dropped: it is tried again."));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Since this actor began: setting the clock changes nothing here.</summary>
    private TimeSpan Now => _node.Time.GetElapsedTime(_started);

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, Uploads.Patience);
        Timers.StartPeriodicTimer(nameof(Collect), Collect.Instance, _node.CollectEvery);
    }

    private void OnGet(GetChunk get)
    {
        var most = _node.MaxBytes;
        if (get.Offset < 0 || get.Offset >= most)
        {
            Sender.Tell(new Refused(RefusalReason.Invalid, $"GetChunk.Offset: {get.Offset}, from 0 to {most - 1}."));
            return;
        }
        if (_reads >= MaxReads)
        {
            Sender.Tell(new Refused(RefusalReason.Unavailable, $"{MaxReads} chunks are being read on this node already."));
            return;
        }
        _reads++;
        // A database reads a blob as a whole for each part of it.
        _node.Cache.GetAsync(get.Hash, CancellationToken.None).PipeTo(
            Self, Sender,
            success: blob => new Read(
                blob is not { } bytes ? new Refused(RefusalReason.UnknownBlob, $"GetChunk.Hash: no blob {get.Hash} is here.")
                : get.Offset >= bytes.Length
                    ? new Refused(RefusalReason.Invalid, $"GetChunk.Offset: {get.Offset} is not inside the blob of {bytes.Length} bytes.")
                : new BlobChunk(
                    get.Hash, bytes.Length, get.Offset,
                    bytes.Slice((int)get.Offset, Math.Min(ChunkBytes, bytes.Length - (int)get.Offset)))),
            failure: fault => new Read(new Refused(RefusalReason.Unavailable, $"The blob was not read: {fault.Message}")));
    }

    private void OnRead(IWire answer)
    {
        _reads--;
        Sender.Tell(answer);
    }

    // Off this actor's thread, for SQLite waits on it.
    private void OnCollect() => Task.Run(CollectAsync).PipeTo(Self, Self, success: count => new Collected(count));

    private async Task<int> CollectAsync()
    {
        var dropped = await _node.Blobs.CollectAsync(_node.Time.GetUtcNow() - _node.Grace, CancellationToken.None).ConfigureAwait(false);
        await _orphans.DropAsync(CancellationToken.None).ConfigureAwait(false);
        return dropped;
    }

    private void OnChunk(PutChunk chunk)
    {
        if (Check(chunk) is { } invalid)
        {
            Sender.Tell(invalid);
            return;
        }
        if (chunk.Sender() is not { } boss)
        {
            Sender.Tell(
                new Refused(RefusalReason.Invalid, "PutChunk.Signature: there is no signature of the sender's key over this chunk."));
            return;
        }
        var upload = _uploads.Find(boss, chunk.Hash);
        if (upload is not null && upload.Size != chunk.Size)
        {
            Sender.Tell(new Refused(RefusalReason.Conflict, $"PutChunk.Size: {chunk.Size}, but {upload.Size} before."));
            return;
        }
        upload ??= _uploads.Open(boss, chunk.Hash, (int)chunk.Size, Now);
        if (upload is null || upload.Storing)
        {
            Sender.Tell(new Refused(RefusalReason.Unavailable, upload is null
                ? $"A boss may have {Uploads.MostOfOne} blobs on their way to a node at once, and all may have {Uploads.Most}."
                : "The blob is being stored."));
            return;
        }
        if (chunk.Offset == upload.Received)
            upload.Add(chunk.Bytes.Span, Now);
        if (upload.IsComplete)
            Store(boss, chunk.Hash, upload);
        else
            Sender.Tell(new ChunkTaken(chunk.Hash, upload.Received));
    }

    private void Store(NodeId boss, Hash256 hash, Upload upload)
    {
        if (Hash256.Of(upload.Bytes.Span) != hash)
        {
            _uploads.Remove(boss, hash);
            Sender.Tell(new Refused(RefusalReason.Invalid, $"PutChunk.Hash: the {upload.Size} bytes do not have this SHA-256."));
            return;
        }
        upload.Storing = true;
        Task.Run(() => PutAsync(boss, hash, upload.Bytes)).PipeTo(
            Self, Sender,
            success: answer => new Put(boss, hash, answer),
            failure: fault => new Put(boss, hash, new Refused(RefusalReason.Unavailable, $"The blob was not stored: {fault.Message}")));
    }

    private async Task<IWire> PutAsync(NodeId boss, Hash256 hash, ReadOnlyMemory<byte> bytes)
    {
        if (_node.Payloads.OfPut(hash, bytes) is { } refused)
            return refused;
        var quota = _node.Quota;
        return await _node.Blobs.PutAsync(boss, bytes, quota, CancellationToken.None).ConfigureAwait(false) switch
        {
            BlobPut.Stored => new BlobStored(hash),
            BlobPut.BossFull => new Refused(RefusalReason.TooLarge,
                $"PutChunk.Size: with these {bytes.Length} bytes the blobs that open jobs of this boss need are over its {quota.PerBoss} "
                + "bytes."),
            BlobPut.StoreFull => new Refused(RefusalReason.Unavailable,
                $"There is no room for {bytes.Length} bytes more: the blobs that open jobs need, and those of the last minute, take the "
                + $"{quota.Total} bytes that there are."),
            var other => throw new InvalidOperationException($"{other}: no outcome of a put."),
        };
    }

    private void OnPut(Put put)
    {
        _uploads.Remove(put.Boss, put.Hash);
        Sender.Tell(put.Answer);
    }

    private Refused? Check(PutChunk chunk)
    {
        var most = _node.MaxBytes;
        if (chunk.Size < 1 || chunk.Size > most)
            return new Refused(RefusalReason.TooLarge, $"PutChunk.Size: {chunk.Size} bytes, from 1 to {most}.");
        if (chunk.Bytes.Length is 0 or > ChunkBytes)
            return new Refused(RefusalReason.TooLarge, $"PutChunk.Bytes: {chunk.Bytes.Length} bytes, from 1 to {ChunkBytes}.");
        return chunk.Offset < 0 || chunk.Offset > chunk.Size - chunk.Bytes.Length
            ? new Refused(RefusalReason.Invalid, $"PutChunk.Offset: {chunk.Offset} is not inside the blob of {chunk.Size} bytes.")
            : null;
    }

    /// <summary>A blob was stored, or not: this is for whoever sent its last chunk.</summary>
    private sealed record Put(NodeId Boss, Hash256 Hash, IWire Answer);

    /// <summary>A chunk was read, or not: this is for whoever asked.</summary>
    private sealed record Read(IWire Answer);

    private sealed record Collected(int Count);

    private sealed class Collect
    {
        public static readonly Collect Instance = new();
    }

    private sealed class Sweep
    {
        public static readonly Sweep Instance = new();
    }
}
