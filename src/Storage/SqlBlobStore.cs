using System.Data.Common;
using System.Globalization;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Storage;

/// <summary>
/// Blobs in a table <c>blob (hash, bytes)</c>, when each was used in <c>blob_use (hash, used_at, size)</c>, who is charged for it in
/// <c>blob_owner (hash, boss, size, put_at)</c>, which jobs need it in <c>blob_ref (hash, job)</c>, and whose job is open in
/// <c>blob_job (job, boss, ended)</c>; in words that SQLite and PostgreSQL both know. Every blob has a line in <c>blob_use</c>, which
/// is written before the blob and before a reference: so what is collected is not in use at that moment.
/// </summary>
public sealed partial class SqlBlobStore(DbDataSource database, TimeProvider time) : IBlobStore
{
    private const string Use =
        "INSERT INTO blob_use (hash, used_at, size) VALUES (@hash, @now, @size) ON CONFLICT (hash) DO UPDATE SET used_at = "
        + "excluded.used_at, size = excluded.size";

    private const string Keep = "INSERT INTO blob (hash, bytes) VALUES (@hash, @bytes) ON CONFLICT DO NOTHING";

    /// <summary>A database that starts again is back by then; a caller waits that long at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private long Now => time.GetUtcNow().ToUnixTimeSeconds();

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
        // a bare null would be made an empty blob
        await AskAsync("SELECT bytes FROM blob WHERE hash = @hash", hash, cancel) is byte[] bytes ? bytes : default(ReadOnlyMemory<byte>?);

    public ValueTask<BlobPart?> ReadAsync(Hash256 hash, int offset, int count, CancellationToken cancel) =>
        new(AgainAsync<BlobPart?>(async () =>
        {
            await using var command = Command(
                "SELECT length(bytes), substr(bytes, @first, @count) FROM blob WHERE hash = @hash",
                ("hash", hash.ToBytes()), ("first", offset + 1), ("count", count));
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await reader.ReadAsync(cancel) ? new BlobPart(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)) : null;
        }, cancel));

    // Both databases know the length without reading the bytes.
    public async ValueTask<long?> SizeAsync(Hash256 hash, CancellationToken cancel) =>
        await AskAsync("SELECT length(bytes) FROM blob WHERE hash = @hash", hash, cancel) is { } size and not DBNull
            ? Convert.ToInt64(size, CultureInfo.InvariantCulture) : null;

    public async ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) =>
        await AskAsync("SELECT 1 FROM blob WHERE hash = @hash", hash, cancel) is not null;

    public async ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var hash = Hash256.Of(bytes.Span);
        await AskAsync(Use, hash, cancel, ("now", Now), ("size", (long)bytes.Length));
        await AskAsync(Keep, hash, cancel, ("bytes", bytes.ToArray()));
        return hash;
    }

    public async ValueTask<bool> ReferAsync(Hash256 hash, JobId job, NodeId boss, CancellationToken cancel)
    {
        await AskAsync("UPDATE blob_use SET used_at = @now WHERE hash = @hash", hash, cancel, ("now", Now));
        await AskAsync(
            "INSERT INTO blob_ref (hash, job) SELECT hash, @job FROM blob WHERE hash = @hash ON CONFLICT DO NOTHING",
            hash, cancel, ("job", job.Hash.ToBytes()));
        if (!await ContainsAsync(hash, cancel))
            return false;
        await RunAsync(
            "INSERT INTO blob_job (job, boss, ended) VALUES (@job, @boss, 0) ON CONFLICT (job) DO UPDATE SET ended = 0, boss = "
            + "excluded.boss",
            cancel, ("job", job.Hash.ToBytes()), ("boss", boss.Hash.ToBytes()));
        return true;
    }

    public async ValueTask EndAsync(JobId job, CancellationToken cancel)
    {
        await RunAsync(
            "UPDATE blob_use SET used_at = @now WHERE hash IN (SELECT hash FROM blob_ref WHERE job = @job)", cancel,
            ("job", job.Hash.ToBytes()), ("now", Now));
        // A line where there was none: what a late worker brings is not kept for it.
        await RunAsync(
            "INSERT INTO blob_job (job, boss, ended) VALUES (@job, @job, 1) ON CONFLICT (job) DO UPDATE SET ended = 1",
            cancel, ("job", job.Hash.ToBytes()));
    }

    public async ValueTask UnreferAsync(JobId job, IReadOnlyCollection<Hash256> hashes, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        await AgainAsync(async () =>
        {
            await using var work = await Transaction.BeginAsync(database, cancel);
            foreach (var hash in hashes)
                await work.RunAsync(
                    "DELETE FROM blob_ref WHERE hash = @hash AND job = @job", ("hash", hash.ToBytes()), ("job", job.Hash.ToBytes()));
            await work.CommitAsync();
            return hashes.Count;
        }, cancel);
    }

    public async ValueTask UnreferAsync(JobId job, CancellationToken cancel)
    {
        await RunAsync("DELETE FROM blob_ref WHERE job = @job", cancel, ("job", job.Hash.ToBytes()));
        await RunAsync("DELETE FROM blob_job WHERE job = @job", cancel, ("job", job.Hash.ToBytes()));
    }

    public ValueTask<IReadOnlyList<(JobId Job, NodeId Boss)>> OldReferencesAsync(
        DateTimeOffset unusedSince, int most, CancellationToken cancel) =>
        new(AgainAsync<IReadOnlyList<(JobId, NodeId)>>(async () =>
        {
            await using var command = Command("""
                SELECT job, boss FROM blob_job WHERE ended = 0 AND NOT EXISTS (
                  SELECT 1 FROM blob_ref JOIN blob_use ON blob_use.hash = blob_ref.hash
                  WHERE blob_ref.job = blob_job.job AND blob_use.used_at >= @before)
                ORDER BY job LIMIT @most
                """, ("before", unusedSince.ToUnixTimeSeconds()), ("most", most));
            await using var reader = await command.ExecuteReaderAsync(cancel);
            var old = new List<(JobId, NodeId)>();
            while (await reader.ReadAsync(cancel))
                old.Add(
                    (new JobId(new Hash256(reader.GetFieldValue<byte[]>(0))), new NodeId(new Hash256(reader.GetFieldValue<byte[]>(1)))));
            return old;
        }, cancel));

    // A job that is taken up at this moment has its blobs' use written before its references, and so keeps them.
    public async ValueTask UnreferAsync(JobId job, DateTimeOffset unusedSince, CancellationToken cancel)
    {
        await RunAsync("""
            DELETE FROM blob_ref WHERE job = @job AND NOT EXISTS (
              SELECT 1 FROM blob_use WHERE blob_use.hash = blob_ref.hash AND blob_use.used_at >= @before)
            """, cancel, ("job", job.Hash.ToBytes()), ("before", unusedSince.ToUnixTimeSeconds()));
        await RunAsync(
            "DELETE FROM blob_job WHERE job = @job AND NOT EXISTS (SELECT 1 FROM blob_ref WHERE blob_ref.job = @job)", cancel,
            ("job", job.Hash.ToBytes()));
    }

    public async ValueTask<int> CollectAsync(DateTimeOffset unusedSince, CancellationToken cancel)
    {
        await using var work = await Transaction.BeginAsync(database, cancel);
        await work.RunAsync(
            "DELETE FROM blob_use WHERE used_at < @before AND NOT EXISTS (SELECT 1 FROM blob_ref WHERE blob_ref.hash = blob_use.hash)",
            ("before", unusedSince.ToUnixTimeSeconds()));
        var dropped = await work.RunAsync("DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_use WHERE blob_use.hash = blob.hash)");
        await work.RunAsync("DELETE FROM blob_owner WHERE NOT EXISTS (SELECT 1 FROM blob_use WHERE blob_use.hash = blob_owner.hash)");
        await work.CommitAsync();
        return dropped;
    }

    private Task<int> RunAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] values) => AgainAsync(async () =>
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    private Task<object?> AskAsync(string sql, Hash256 hash, CancellationToken cancel, params (string Name, object Value)[] values) =>
        AgainAsync(async () =>
        {
            await using var command = Command(sql, [("hash", hash.ToBytes()), .. values]);
            return await command.ExecuteScalarAsync(cancel);
        }, cancel);

    // All may be asked again: a blob never changes, and is used no less for being said so twice.
    private async Task<T> AgainAsync<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                return await ask();
            }
            catch (DbException lost) when (lost.IsTransient && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
    }

    private DbCommand Command(string sql, params (string Name, object Value)[] values)
    {
        var command = database.CreateCommand(sql);
        Add(command, values);
        return command;
    }

    private static void Add(DbCommand command, (string Name, object Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
    }
}
