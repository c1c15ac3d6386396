using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Work;

/// <summary>Bytes named by their SHA-256: modules, files of programs, large inputs and outputs.</summary>
public interface IBlobStore
{
    /// <summary>Some bytes of a blob and how many it has; null where it is not there.</summary>
    /// <param name="offset">Where to begin: within the blob.</param>
    /// <param name="count">How many at the most.</param>
    async ValueTask<BlobPart?> ReadAsync(Hash256 hash, int offset, int count, CancellationToken cancel) =>
        await GetAsync(hash, cancel) is { } bytes
            ? new BlobPart(bytes.Length, bytes.Slice(Math.Min(offset, bytes.Length), Math.Clamp(bytes.Length - offset, 0, count)))
            : null;

    /// <summary>Bytes of a blob; null where it is not there.</summary>
    async ValueTask<long?> SizeAsync(Hash256 hash, CancellationToken cancel) => (await ReadAsync(hash, 0, 1, cancel))?.Size;

    /// <summary>Records that a boss's job needs a blob: it is kept as long as the job is open. False where the blob is not there.</summary>
    ValueTask<bool> ReferAsync(Hash256 hash, JobId job, NodeId boss, CancellationToken cancel) => ContainsAsync(hash, cancel);

    /// <summary>The job is over: what it needed is kept, but goes where room is needed. Idempotent.</summary>
    ValueTask EndAsync(JobId job, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>The job needs these blobs no more, and others still. Idempotent.</summary>
    ValueTask UnreferAsync(JobId job, IReadOnlyCollection<Hash256> hashes, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>Drops the records of a job that is not there any more.</summary>
    ValueTask UnreferAsync(JobId job, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>
    /// Jobs that count as open, of whose blobs none was put or taken up since then: a crash may have kept one of them from ever being made.
    /// </summary>
    /// <param name="most">How many at the most.</param>
    ValueTask<IReadOnlyList<(JobId Job, NodeId Boss)>> OldReferencesAsync(DateTimeOffset unusedSince, int most, CancellationToken cancel) =>
        new([]);

    /// <summary>Drops the records of a job that was never made, where none of its blobs was put or taken up since then.</summary>
    ValueTask UnreferAsync(JobId job, DateTimeOffset unusedSince, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>Drops the blobs that no job refers to and that nobody has put since then; returns how many. A store may keep all.</summary>
    ValueTask<int> CollectAsync(DateTimeOffset unusedSince, CancellationToken cancel) => new(0);

    /// <summary>The bytes of a blob, or null where it is not there.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel);

    /// <summary>Whether a blob is there.</summary>
    ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel);

    /// <summary>Keeps bytes of the node's own under their hash; durable when it returns. Putting them again changes nothing.</summary>
    ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>Keeps a boss's bytes within the quota, and drops for them what is not in use. A store may keep all.</summary>
    async ValueTask<BlobPut> PutAsync(NodeId boss, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel)
    {
        await PutAsync(bytes, cancel);
        return BlobPut.Stored;
    }

    /// <summary>Keeps an output of a boss's job as if the boss had put it, and for the job as long as that is open.</summary>
    ValueTask<BlobPut> PutAsync(NodeId boss, JobId job, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel) =>
        PutAsync(boss, bytes, quota, cancel);

    /// <summary>Counts a blob for a boss too, whoever has put it; <see cref="BlobPut.BossFull"/> where its quota has no room.</summary>
    ValueTask<BlobPut> ChargeAsync(NodeId boss, Hash256 hash, BlobQuota quota, CancellationToken cancel) => new(BlobPut.Stored);

    /// <summary>What is kept, and for whom.</summary>
    /// <param name="most">So many blobs are listed, the largest first.</param>
    ValueTask<BlobUsage> UsageAsync(int most, CancellationToken cancel) => new(new BlobUsage(0, 0, 0, []));
}

/// <summary>A part of a blob.</summary>
/// <param name="Size">Bytes of the whole blob.</param>
public sealed record BlobPart(int Size, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// How much may be kept. Each blob counts <see cref="Overhead"/> bytes more than it has, so that many small ones are bounded too.
/// </summary>
/// <param name="PerBoss">Bytes of the blobs that one key has put, from 0.</param>
/// <param name="Total">Bytes of all blobs, from 0.</param>
public sealed record BlobQuota(long PerBoss, long Total)
{
    /// <summary>What the records of a blob take.</summary>
    public const int Overhead = 1024;

    /// <summary>Checks the quota.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 0; the message names it.</exception>
    public void Validate()
    {
        OptionRange.Check(PerBoss, 0, long.MaxValue);
        OptionRange.Check(Total, 0, long.MaxValue);
    }
}

/// <summary>What came of a put.</summary>
public enum BlobPut
{
    /// <summary>It is durable.</summary>
    Stored = 1,

    /// <summary>Open jobs of the boss need so much of its quota that this one does not fit.</summary>
    BossFull = 2,

    /// <summary>What open jobs need, and what was put or taken up within the last minute, leaves no room.</summary>
    StoreFull = 3,
}

/// <summary>What a blob store holds.</summary>
/// <param name="InUse">How many of them an open job needs.</param>
public sealed record BlobUsage(long Count, long Bytes, long InUse, IReadOnlyList<BlobInfo> Blobs);

/// <summary>One blob.</summary>
/// <param name="UsedAt">When it was put or taken up last, or a job that needed it ended.</param>
/// <param name="OpenJobs">Jobs that need it now.</param>
/// <param name="Jobs">Jobs that need or needed it and are not forgotten.</param>
/// <param name="Boss">Who put it first of those that are charged for it; null where nobody is.</param>
public sealed record BlobInfo(Hash256 Hash, long Size, DateTimeOffset UsedAt, long OpenJobs, long Jobs, NodeId? Boss);
