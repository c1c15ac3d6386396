using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What each blob store must do, whichever database it is in.</summary>
internal static class BlobStoreChecks
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static byte[] Bytes(int seed) => [.. Enumerable.Range(0, 1000).Select(at => (byte)((at * seed) % 251))];

    public static async Task DropsOnlyWhatNobodyNeedsAsync(IBlobStore blobs)
    {
        var (needed, loose) = (await blobs.PutAsync(Bytes(1), Cancel), await blobs.PutAsync(Bytes(2), Cancel));
        var job = new JobId(Hash256.Of("job"u8));
        Assert.True(await blobs.ReferAsync(needed, job, Cancel));
        Assert.True(await blobs.ReferAsync(needed, job, Cancel));
        Assert.False(await blobs.ReferAsync(Hash256.Of("nowhere"u8), job, Cancel));

        Assert.Equal(0, await blobs.CollectAsync(Now - Grace, Cancel));
        Assert.Equal(Bytes(2), (await blobs.GetAsync(loose, Cancel))!.Value.ToArray());

        Assert.Equal(1, await blobs.CollectAsync(Now + Grace, Cancel));
        Assert.False(await blobs.ContainsAsync(loose, Cancel));
        Assert.True(await blobs.ContainsAsync(needed, Cancel));

        // What was dropped can be put again, and is as new.
        await blobs.PutAsync(Bytes(2), Cancel);
        Assert.Equal(0, await blobs.CollectAsync(Now - Grace, Cancel));
        Assert.True(await blobs.ContainsAsync(loose, Cancel));

        // Two jobs need it, until both are forgotten.
        var other = new JobId(Hash256.Of("other"u8));
        Assert.True(await blobs.ReferAsync(needed, other, Cancel));
        foreach (var (gone, kept) in new[] { (job, true), (job, true), (other, false) })
        {
            await blobs.UnreferAsync(gone, Cancel);
            await blobs.CollectAsync(Now + Grace, Cancel);
            Assert.Equal(kept, await blobs.ContainsAsync(needed, Cancel));
        }
    }

    public static async Task ReadsPartsAsync(IBlobStore blobs)
    {
        var hash = await blobs.PutAsync(Bytes(1), Cancel);
        foreach (var (offset, count) in new[] { (0, 10), (500, 100), (990, 100), (999, 1), (1000, 5), (0, 2000) })
        {
            var part = await blobs.ReadAsync(hash, offset, count, Cancel);
            Assert.Equal(1000, part!.Size);
            Assert.Equal(Bytes(1).Skip(offset).Take(count), part.Bytes.ToArray());
        }
        Assert.Null(await blobs.ReadAsync(Hash256.Of("nowhere"u8), 0, 10, Cancel));
    }
}
