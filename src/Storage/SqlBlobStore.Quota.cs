using System.Globalization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Storage;

/// <summary>
/// Keeps within a quota. First the boss's own blobs go that no open job of its own needs, those put longest ago first; then, where all
/// together are too many, anybody's that no open job needs, those not used for the longest time first. The one that put a blob is charged
/// for it until it goes. Nodes that share a database do not wait for each other: all may be over by what they are putting at that moment.
/// </summary>
public sealed partial class SqlBlobStore
{
    /// <summary>What was put or taken up so lately stays: its job may be on its way.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>A reference without a line in <c>blob_job</c> is from before there were such lines: it counts as an open job's.</summary>
    private const string Needed =
        "EXISTS (SELECT 1 FROM blob_ref LEFT JOIN blob_job ON blob_job.job = blob_ref.job WHERE blob_ref.hash = blob_use.hash AND "
        + "coalesce(blob_job.ended, 0) = 0)";

    private const string NeededByItsBoss = """
        EXISTS (SELECT 1 FROM blob_ref JOIN blob_job ON blob_job.job = blob_ref.job
                WHERE blob_ref.hash = blob_owner.hash AND blob_job.boss = blob_owner.boss AND blob_job.ended = 0)
        """;

    private const string ReferWhileOpen =
        "INSERT INTO blob_ref (hash, job) SELECT @hash, job FROM blob_job WHERE job = @job AND ended = 0 ON CONFLICT DO NOTHING";

    /// <summary>The boss's blobs that make at least so much room, or all that may go.</summary>
    private const string Disowned = $"""
        SELECT hash FROM (
          SELECT hash, sum(size + @overhead) OVER (ORDER BY put_at, hash) - (size + @overhead) AS room
          FROM blob_owner WHERE boss = @boss AND NOT {NeededByItsBoss}) AS loose
        WHERE room < @wanted
        """;

    private const string Unused = $"""
        SELECT hash FROM (
          SELECT hash, sum(size + @overhead) OVER (ORDER BY used_at, hash) - (size + @overhead) AS room
          FROM blob_use WHERE used_at < @before AND NOT {Needed}) AS loose
        WHERE room < @wanted
        """;

    public ValueTask<BlobPut> PutAsync(NodeId boss, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel) =>
        new(AgainAsync(() => PutOnceAsync(boss, null, bytes, quota, cancel), cancel));

    public ValueTask<BlobPut> PutAsync(NodeId boss, JobId job, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel) =>
        new(AgainAsync(() => PutOnceAsync(boss, job, bytes, quota, cancel), cancel));

    public ValueTask<BlobPut> ChargeAsync(NodeId boss, Hash256 hash, BlobQuota quota, CancellationToken cancel) =>
        new(AgainAsync(async () =>
        {
            (string, object) blob = ("hash", hash.ToBytes());
            await using var work = await Transaction.BeginAsync(database, cancel);
            if (await work.AskAsync("SELECT size FROM blob_use WHERE hash = @hash", blob) is not { } known)
                return BlobPut.Stored; // there is nothing to count
            var size = Convert.ToInt64(known, CultureInfo.InvariantCulture);
            if (!await HasRoomAsync(work, boss, blob, size + BlobQuota.Overhead, quota.PerBoss))
                return BlobPut.BossFull;
            await OwnAsync(work, boss, blob, size);
            await work.CommitAsync();
            return BlobPut.Stored;
        }, cancel));

    private async Task<BlobPut> PutOnceAsync(NodeId boss, JobId? job, ReadOnlyMemory<byte> bytes, BlobQuota quota, CancellationToken cancel)
    {
        (string, object) hash = ("hash", Hash256.Of(bytes.Span).ToBytes()), overhead = ("overhead", (long)BlobQuota.Overhead);
        var charge = bytes.Length + (long)BlobQuota.Overhead;
        await using var work = await Transaction.BeginAsync(database, cancel);
        if (!await HasRoomAsync(work, boss, hash, charge, quota.PerBoss))
            return BlobPut.BossFull;
        if (await work.AskAsync("SELECT 1 FROM blob WHERE hash = @hash", hash) is null)
        {
            var over = await OfAllAsync() + charge - quota.Total;
            if (over > 0)
            {
                await DropAsync(
                    work, $"DELETE FROM blob_use WHERE hash IN ({Unused}) AND used_at < @before RETURNING hash", besidesOwner: true,
                    overhead, ("wanted", over), ("before", Now - (long)Fresh.TotalSeconds));
                if (await OfAllAsync() + charge > quota.Total)
                    return BlobPut.StoreFull;
            }
        }
        await work.RunAsync(Use, hash, ("now", Now), ("size", (long)bytes.Length));
        await work.RunAsync(Keep, hash, ("bytes", bytes.ToArray()));
        await OwnAsync(work, boss, hash, bytes.Length);
        if (job is { } open)
        {
            (string, object) id = ("job", open.Hash.ToBytes());
            await work.RunAsync(
                "INSERT INTO blob_job (job, boss, ended) VALUES (@job, @boss, 0) ON CONFLICT DO NOTHING", id,
                ("boss", boss.Hash.ToBytes()));
            await work.RunAsync(ReferWhileOpen, hash, id);
        }
        await work.CommitAsync();
        return BlobPut.Stored;

        Task<long> OfAllAsync() => work.SumAsync("SELECT coalesce(sum(size + @overhead), 0) FROM blob_use", overhead);
    }

    private Task<int> OwnAsync(Transaction work, NodeId boss, (string, object) hash, long size) => work.RunAsync(
        "INSERT INTO blob_owner (hash, boss, size, put_at) VALUES (@hash, @boss, @size, @now) ON CONFLICT (hash, boss) DO UPDATE SET "
        + "put_at = excluded.put_at",
        hash, ("boss", boss.Hash.ToBytes()), ("size", size), ("now", Now));

    /// <summary>Whether a boss has room for a blob, or has it already; what no open job of its needs makes room.</summary>
    private async Task<bool> HasRoomAsync(Transaction work, NodeId boss, (string, object) hash, long charge, long perBoss)
    {
        (string, object) owner = ("boss", boss.Hash.ToBytes()), overhead = ("overhead", (long)BlobQuota.Overhead);
        if (await work.AskAsync("SELECT 1 FROM blob_owner WHERE hash = @hash AND boss = @boss", hash, owner) is not null)
            return true;
        var over = await OfBossAsync() + charge - perBoss;
        if (over <= 0)
            return true;
        (string, object) wanted = ("wanted", over);
        await DropAsync(work, $"""
            DELETE FROM blob_use WHERE hash IN ({Disowned}) AND used_at < @before AND NOT {Needed}
            AND NOT EXISTS (SELECT 1 FROM blob_owner WHERE blob_owner.hash = blob_use.hash AND blob_owner.boss <> @boss) RETURNING hash
            """, besidesOwner: false, owner, overhead, wanted, ("before", Now + 1));
        await work.RunAsync($"DELETE FROM blob_owner WHERE boss = @boss AND hash IN ({Disowned})", owner, overhead, wanted);
        return await OfBossAsync() + charge <= perBoss;

        Task<long> OfBossAsync() =>
            work.SumAsync("SELECT coalesce(sum(size + @overhead), 0) FROM blob_owner WHERE boss = @boss", owner, overhead);
    }

    /// <summary>Drops what a statement takes out of <c>blob_use</c>: what is taken up at that moment is not in there.</summary>
    private static async Task DropAsync(Transaction work, string take, bool besidesOwner, params (string Name, object Value)[] values)
    {
        foreach (var gone in await work.HashesAsync(take, values))
        {
            await work.RunAsync("DELETE FROM blob WHERE hash = @hash", ("hash", gone));
            await work.RunAsync("DELETE FROM blob_ref WHERE hash = @hash", ("hash", gone));
            if (besidesOwner)
                await work.RunAsync("DELETE FROM blob_owner WHERE hash = @hash", ("hash", gone));
        }
    }

    public ValueTask<BlobUsage> UsageAsync(int most, CancellationToken cancel) => new(AgainAsync(async () =>
    {
        await using var all =
            Command($"SELECT count(*), coalesce(sum(size), 0), coalesce(sum(CASE WHEN {Needed} THEN 1 ELSE 0 END), 0) FROM blob_use");
        await using var total = await all.ExecuteReaderAsync(cancel);
        await total.ReadAsync(cancel);
        var (count, bytes, needed) = (total.GetInt64(0), (long)total.GetDecimal(1), total.GetInt64(2));
        await using var each = Command("""
            SELECT hash, size, used_at,
              (SELECT count(*) FROM blob_ref LEFT JOIN blob_job ON blob_job.job = blob_ref.job
                WHERE blob_ref.hash = blob_use.hash AND coalesce(blob_job.ended, 0) = 0),
              (SELECT count(*) FROM blob_ref WHERE blob_ref.hash = blob_use.hash),
              (SELECT boss FROM blob_owner WHERE blob_owner.hash = blob_use.hash ORDER BY put_at, boss LIMIT 1)
            FROM blob_use ORDER BY size DESC, hash LIMIT @most
            """, ("most", most));
        await using var reader = await each.ExecuteReaderAsync(cancel);
        var blobs = new List<BlobInfo>();
        while (await reader.ReadAsync(cancel))
        {
            blobs.Add(new BlobInfo(
                new Hash256(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(1), DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(2)),
                reader.GetInt64(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : new NodeId(new Hash256(reader.GetFieldValue<byte[]>(5)))));
        }
        return new BlobUsage(count, bytes, needed, blobs);
    }, cancel));
}
