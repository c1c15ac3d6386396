using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What each blob store must do, whichever database it is in.</summary>
internal static class BlobStoreChecks
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    /// <summary>Room for three blobs of 1,000 bytes a boss, and six in all.</summary>
    private static readonly BlobQuota Quota = new(3 * (1000 + BlobQuota.Overhead), 6 * (1000 + BlobQuota.Overhead));

    private static NodeId Boss(int number) => NodeId.Of([(byte)number]);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static byte[] Bytes(int seed) => [.. Enumerable.Range(0, 1000).Select(at => (byte)((at * seed) % 251))];

    public static async Task DropsOnlyWhatNobodyNeedsAsync(IBlobStore blobs)
    {
        var (needed, loose) = (await blobs.PutAsync(Bytes(1), Cancel), await blobs.PutAsync(Bytes(2), Cancel));
        var job = new JobId(Hash256.Of("job"u8));
        Assert.True(await blobs.ReferAsync(needed, job, Boss(0), Cancel));
        Assert.True(await blobs.ReferAsync(needed, job, Boss(0), Cancel));
        Assert.False(await blobs.ReferAsync(Hash256.Of("nowhere"u8), job, Boss(0), Cancel));

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
        Assert.True(await blobs.ReferAsync(needed, other, Boss(0), Cancel));
        foreach (var (gone, kept) in new[] { (job, true), (job, true), (other, false) })
        {
            await blobs.UnreferAsync(gone, Cancel);
            await blobs.CollectAsync(Now + Grace, Cancel);
            Assert.Equal(kept, await blobs.ContainsAsync(needed, Cancel));
        }
    }

    /// <summary>A job that goes on gives some back, and others stay.</summary>
    public static async Task GivesBackAsync(IBlobStore blobs)
    {
        Hash256[] hashes = [await blobs.PutAsync(Bytes(1), Cancel), await blobs.PutAsync(Bytes(2), Cancel), await blobs.PutAsync(Bytes(3), Cancel)];
        var (job, other) = (new JobId(Hash256.Of("job"u8)), new JobId(Hash256.Of("other"u8)));
        foreach (var hash in hashes)
            Assert.True(await blobs.ReferAsync(hash, job, Boss(0), Cancel));
        Assert.True(await blobs.ReferAsync(hashes[1], other, Boss(1), Cancel));
        await blobs.UnreferAsync(job, [hashes[0], hashes[1]], Cancel);
        await blobs.UnreferAsync(job, [hashes[0]], Cancel);
        Assert.Equal(1, await blobs.CollectAsync(Now + Grace, Cancel));
        var kept = await Task.WhenAll(hashes.Select(hash => blobs.ContainsAsync(hash, Cancel).AsTask()));
        Assert.Equal([false, true, true], kept);
    }

    /// <summary>A crash came between the reference and the job: it can be told and dropped, and one that is taken up again stays.</summary>
    public static async Task TellsOldReferencesAsync(IBlobStore blobs, ManualTime time)
    {
        var (orphan, open, over) = (new JobId(Hash256.Of("orphan"u8)), new JobId(Hash256.Of("open"u8)), new JobId(Hash256.Of("over"u8)));
        var (lone, shared) = (await blobs.PutAsync(Bytes(1), Cancel), await blobs.PutAsync(Bytes(2), Cancel));
        Assert.True(await blobs.ReferAsync(lone, orphan, Boss(1), Cancel));
        Assert.True(await blobs.ReferAsync(shared, open, Boss(2), Cancel));
        Assert.True(await blobs.ReferAsync(lone, over, Boss(1), Cancel));
        await blobs.EndAsync(over, Cancel);
        Assert.Empty(await blobs.OldReferencesAsync(time.GetUtcNow(), 10, Cancel));
        time.Advance(TimeSpan.FromDays(1));
        var before = time.GetUtcNow();
        Assert.Equal([(orphan, Boss(1)), (open, Boss(2))], (await blobs.OldReferencesAsync(before, 10, Cancel)).OrderBy(old => old.Job == open));
        Assert.Single(await blobs.OldReferencesAsync(before, 1, Cancel));

        Assert.True(await blobs.ReferAsync(shared, open, Boss(2), Cancel));
        foreach (var job in new[] { orphan, open })
            await blobs.UnreferAsync(job, before, Cancel);
        await blobs.UnreferAsync(over, Cancel);
        Assert.Equal(1, await blobs.CollectAsync(time.GetUtcNow() + Grace, Cancel));
        Assert.Equal((false, true), (await blobs.ContainsAsync(lone, Cancel), await blobs.ContainsAsync(shared, Cancel)));
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([(open, Boss(2))], await blobs.OldReferencesAsync(time.GetUtcNow(), 10, Cancel));
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
        Assert.Equal((1000L, null), (await blobs.SizeAsync(hash, Cancel), await blobs.SizeAsync(Hash256.Of("nowhere"u8), Cancel)));
    }

    /// <summary>A boss that puts more than its quota loses its own, those that no open job of its needs, and nobody else's.</summary>
    public static async Task KeepsWithinABosssQuotaAsync(IBlobStore blobs, ManualTime time)
    {
        var other = await PutAsync(9, Boss(2));
        var put = new List<Hash256>();
        for (var seed = 1; seed <= 4; seed++)
        {
            put.Add(await PutAsync(seed, Boss(1)));
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.False(await blobs.ContainsAsync(put[0], Cancel)); // the oldest made room
        Assert.All(await Task.WhenAll(put[1..].Append(other).Select(hash => blobs.ContainsAsync(hash, Cancel).AsTask())), Assert.True);

        // What open jobs of its need stays; a job of somebody else keeps the blob, and holds no place of the quota.
        JobId[] jobs = [.. put.Select((_, number) => new JobId(Hash256.Of([(byte)number])))];
        Assert.True(await blobs.ReferAsync(put[1], jobs[1], Boss(1), Cancel));
        Assert.True(await blobs.ReferAsync(put[2], jobs[2], Boss(2), Cancel));
        await PutAsync(5, Boss(1));
        Assert.True(await blobs.ContainsAsync(put[1], Cancel) && await blobs.ContainsAsync(put[2], Cancel) && await blobs.ContainsAsync(put[3], Cancel));
        await PutAsync(6, Boss(1));
        Assert.False(await blobs.ContainsAsync(put[3], Cancel));

        foreach (var (seed, number) in new[] { (5, 5), (6, 6) })
            Assert.True(await blobs.ReferAsync(Hash256.Of(Bytes(seed)), new JobId(Hash256.Of([(byte)number])), Boss(1), Cancel));
        Assert.Equal(BlobPut.BossFull, await blobs.PutAsync(Boss(1), Bytes(7), Quota, Cancel));
        Assert.False(await blobs.ContainsAsync(Hash256.Of(Bytes(7)), Cancel));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(1), Bytes(6), Quota, Cancel)); // it is charged for it already
        await blobs.EndAsync(jobs[1], Cancel);
        await PutAsync(7, Boss(1));
        Assert.False(await blobs.ContainsAsync(put[1], Cancel));

        async Task<Hash256> PutAsync(int seed, NodeId boss)
        {
            Assert.Equal(BlobPut.Stored, await blobs.PutAsync(boss, Bytes(seed), Quota, Cancel));
            return Hash256.Of(Bytes(seed));
        }
    }

    /// <summary>Outputs are the boss's, whoever puts them: they stay while its job is open, and the next has no room then.</summary>
    public static async Task CountsOutputsForTheJobsBossAsync(IBlobStore blobs, ManualTime time)
    {
        var (job, module) = (new JobId(Hash256.Of("job"u8)), Hash256.Of(Bytes(100)));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(1), Bytes(100), Quota, Cancel));
        Assert.True(await blobs.ReferAsync(module, job, Boss(1), Cancel));
        time.Advance(TimeSpan.FromMinutes(2));
        for (var seed = 1; seed <= 2; seed++)
        {
            Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(1), job, Bytes(seed), Quota, Cancel));
            time.Advance(TimeSpan.FromMinutes(2));
        }
        Assert.Equal(BlobPut.BossFull, await blobs.PutAsync(Boss(1), job, Bytes(3), Quota, Cancel));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(1), job, Bytes(2), Quota, Cancel)); // a second worker's, the same

        // One that a worker outside put in its own name counts for the boss too, when its result comes.
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(2), Bytes(4), Quota, Cancel));
        Assert.Equal(BlobPut.BossFull, await blobs.ChargeAsync(Boss(1), Hash256.Of(Bytes(4)), Quota, Cancel));
        Assert.Equal(BlobPut.Stored, await blobs.ChargeAsync(Boss(3), Hash256.Of(Bytes(4)), Quota, Cancel));
        Assert.Equal(BlobPut.Stored, await blobs.ChargeAsync(Boss(1), Hash256.Of(Bytes(2)), Quota, Cancel));
        Assert.Equal(BlobPut.Stored, await blobs.ChargeAsync(Boss(1), Hash256.Of("nowhere"u8), Quota, Cancel)); // nothing to count

        // The job is over: its outputs make room, and what a late worker brings is not kept for it.
        await blobs.EndAsync(job, Cancel);
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(1), job, Bytes(3), Quota, Cancel));
        Assert.False(await blobs.ContainsAsync(module, Cancel)); // put first
        Assert.Equal(0, (await blobs.UsageAsync(1, Cancel)).InUse);
        Assert.Equal(BlobPut.Stored, await blobs.ChargeAsync(Boss(1), Hash256.Of(Bytes(4)), Quota, Cancel));
        Assert.False(await blobs.ContainsAsync(Hash256.Of(Bytes(1)), Cancel));

        // A job that had no blob until now: open, and ended before.
        var (other, over) = (new JobId(Hash256.Of("other"u8)), new JobId(Hash256.Of("over"u8)));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(4), other, Bytes(5), Quota, Cancel));
        await blobs.EndAsync(over, Cancel);
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(4), over, Bytes(6), Quota, Cancel));
        Assert.Equal(1, (await blobs.UsageAsync(1, Cancel)).InUse);
    }

    /// <summary>However many keys somebody has: all together keep within the total, and what an open job needs is never dropped.</summary>
    public static async Task KeepsWithinTheTotalAsync(IBlobStore blobs, ManualTime time)
    {
        var needed = Hash256.Of(Bytes(100));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(100), Bytes(100), Quota, Cancel));
        var job = new JobId(needed);
        Assert.True(await blobs.ReferAsync(needed, job, Boss(100), Cancel));
        for (var number = 1; number <= 5; number++)
            Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(number), Bytes(number), Quota, Cancel));
        Assert.Equal(BlobPut.StoreFull, await blobs.PutAsync(Boss(6), Bytes(6), Quota, Cancel)); // all are fresh
        for (var number = 6; number <= 20; number++)
        {
            time.Advance(TimeSpan.FromSeconds(61));
            Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(number), Bytes(number), Quota, Cancel));
        }
        var usage = await blobs.UsageAsync(100, Cancel);
        Assert.Equal((6, 6000, 1), (usage.Count, usage.Bytes, usage.InUse));
        Assert.Equal((1, Boss(100)), (usage.Blobs.Single(blob => blob.Hash == needed).OpenJobs, usage.Blobs.Single(blob => blob.Hash == needed).Boss));
        Assert.Equal(2, (await blobs.UsageAsync(2, Cancel)).Blobs.Count);

        // Its job is over: it goes as the others do, and can be put again.
        await blobs.EndAsync(job, Cancel);
        for (var number = 21; number <= 26; number++)
        {
            time.Advance(TimeSpan.FromSeconds(61));
            Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(number), Bytes(number), Quota, Cancel));
        }
        Assert.False(await blobs.ContainsAsync(needed, Cancel));
        Assert.Null(await blobs.GetAsync(needed, Cancel));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(BlobPut.Stored, await blobs.PutAsync(Boss(100), Bytes(100), Quota, Cancel));
    }
}
