using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;
using static AkkaCompute.Domain.Execution.BlobProtocol;

namespace AkkaCompute.Actors.Blobs;

/// <summary>
/// Puts blobs together from their chunks, checks their hash, and keeps them; gives them away again in chunks; and drops, now
/// and then, those that no job refers to.
/// </summary>
public sealed class BlobActor : ReceiveActor, IWithTimers
{
    /// <summary>Blobs that may be on their way to this node at once.</summary>
    private const int MaxUploads = 16;

    /// <summary>Chunks that may be read at once; whoever asks for more asks again.</summary>
    private const int MaxReads = 16;

    /// <summary>An upload that says nothing for so long is dropped.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NodeContext _node;
    private readonly Dictionary<Hash256, Upload> _uploads = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _reads;

    public BlobActor(NodeContext node)
    {
        _node = node;
        Receive<PutChunk>(OnChunk);
        Receive<GetChunk>(OnGet);
        Receive<Read>(read => OnRead(read.Answer));
        Receive<Sweep>(_ => OnSweep());
        Receive<Collect>(_ => OnCollect());
        Receive<Collected>(collected => { if (collected.Count > 0) _log.Info("{0} blobs that no job refers to were dropped.", collected.Count); });
        Receive<Status.Failure>(failure => _log.Warning(failure.Cause, "Blobs that nobody needs could not be dropped: it is tried again."));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Sweep), Sweep.Instance, Patience);
        Timers.StartPeriodicTimer(nameof(Collect), Collect.Instance, _node.Options.BlobCollectEvery);
    }

    private void OnGet(GetChunk get)
    {
        var most = _node.Options.MaxBlobBytes;
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
        _node.Options.Blobs.ReadAsync(get.Hash, (int)get.Offset, ChunkBytes, CancellationToken.None).AsTask().PipeTo(
            Self, Sender,
            success: part => new Read(
                part is null ? new Refused(RefusalReason.UnknownBlob, $"GetChunk.Hash: no blob {get.Hash} is here.")
                : get.Offset >= part.Size ? new Refused(RefusalReason.Invalid, $"GetChunk.Offset: {get.Offset} is not inside the blob of {part.Size} bytes.")
                : new BlobChunk(get.Hash, part.Size, get.Offset, part.Bytes)),
            failure: fault => new Read(new Refused(RefusalReason.Unavailable, $"The blob was not read: {fault.Message}")));
    }

    private void OnRead(IWire answer)
    {
        _reads--;
        Sender.Tell(answer);
    }

    private void OnCollect() =>
        _node.Options.Blobs.CollectAsync(_node.Time.GetUtcNow() - _node.Options.BlobGrace, CancellationToken.None).AsTask()
            .PipeTo(Self, Self, success: count => new Collected(count));

    private void OnChunk(PutChunk chunk)
    {
        if (Check(chunk) is { } refused)
        {
            Sender.Tell(refused);
            return;
        }
        if (!_uploads.TryGetValue(chunk.Hash, out var upload))
            _uploads[chunk.Hash] = upload = new Upload(new byte[chunk.Size]);
        upload.Touched = _node.Time.GetUtcNow();
        if (chunk.Offset == upload.Received)
        {
            chunk.Bytes.CopyTo(upload.Bytes.AsMemory(upload.Received));
            upload.Received += chunk.Bytes.Length;
        }
        if (upload.Received < upload.Bytes.Length)
            Sender.Tell(new ChunkTaken(chunk.Hash, upload.Received));
        else
            Store(chunk.Hash, upload.Bytes);
    }

    private void Store(Hash256 hash, byte[] bytes)
    {
        _uploads.Remove(hash);
        if (Hash256.Of(bytes) != hash)
        {
            Sender.Tell(new Refused(RefusalReason.Invalid, $"PutChunk.Hash: the {bytes.Length} bytes do not have this SHA-256."));
            return;
        }
        _node.Options.Blobs.PutAsync(bytes, CancellationToken.None).AsTask().PipeTo(
            Sender, Self,
            success: stored => new BlobStored(stored),
            failure: fault => new Refused(RefusalReason.Unavailable, $"The blob was not stored: {fault.Message}"));
    }

    private Refused? Check(PutChunk chunk)
    {
        var most = _node.Options.MaxBlobBytes;
        if (chunk.Size < 1 || chunk.Size > most)
            return new Refused(RefusalReason.TooLarge, $"PutChunk.Size: {chunk.Size} bytes, from 1 to {most}.");
        if (chunk.Bytes.Length is 0 or > ChunkBytes)
            return new Refused(RefusalReason.TooLarge, $"PutChunk.Bytes: {chunk.Bytes.Length} bytes, from 1 to {ChunkBytes}.");
        if (chunk.Offset < 0 || chunk.Offset > chunk.Size - chunk.Bytes.Length)
            return new Refused(RefusalReason.Invalid, $"PutChunk.Offset: {chunk.Offset} is not inside the blob of {chunk.Size} bytes.");
        if (_uploads.TryGetValue(chunk.Hash, out var upload))
        {
            return upload.Bytes.Length == chunk.Size
                ? null
                : new Refused(RefusalReason.Conflict, $"PutChunk.Size: {chunk.Size}, but {upload.Bytes.Length} before.");
        }
        return _uploads.Count < MaxUploads
            ? null
            : new Refused(RefusalReason.Unavailable, $"{MaxUploads} blobs are on their way to this node already.");
    }

    private void OnSweep()
    {
        var old = _node.Time.GetUtcNow() - Patience;
        foreach (var hash in _uploads.Where(upload => upload.Value.Touched < old).Select(upload => upload.Key).ToArray())
            _uploads.Remove(hash);
    }

    private sealed class Upload(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;
        public int Received { get; set; }
        public DateTimeOffset Touched { get; set; }
    }

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
