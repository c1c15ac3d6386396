using System.Data.Common;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Node.Storage;

/// <summary>
/// The ends of jobs in a table <c>job_end (job, ended_at)</c> beside the journal, whose rows are rewritten in their places; in words that
/// SQLite and PostgreSQL both know.
/// </summary>
public sealed class SqlJobEnds(DbDataSource journal) : IJobEnds
{
    /// <summary>The table in SQLite; PostgreSQL's is in 003.sql.</summary>
    internal const string Table = "CREATE TABLE IF NOT EXISTS job_end (job BLOB PRIMARY KEY, ended_at INTEGER NOT NULL) WITHOUT ROWID;";

    /// <summary>Events read at once: each may have some hundred KB.</summary>
    private const int Rows = 16;

    public async Task NoteAsync(JobEnd end, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(end);
        await RunAsync(
            "INSERT INTO job_end (job, ended_at) VALUES (@job, @at) ON CONFLICT DO NOTHING", cancel,
            ("job", end.Job.Hash.ToBytes()), ("at", end.At.ToUnixTimeMilliseconds()));
    }

    public async Task<IReadOnlyList<JobEnd>> ListAsync(DateTimeOffset before, int most, CancellationToken cancel)
    {
        var ends = new List<JobEnd>();
        await using var command = Command(
            "SELECT job, ended_at FROM job_end WHERE ended_at < @before ORDER BY ended_at, job LIMIT @most",
            ("before", before.ToUnixTimeMilliseconds()), ("most", most));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            ends.Add(new JobEnd(new JobId(new Hash256(reader.GetFieldValue<byte[]>(0))), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1))));
        return ends;
    }

    public async Task RewriteAsync(string persistenceId, Func<StoredEvent, StoredEvent?> rewrite, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rewrite);
        for (var after = 0L; ;)
        {
            var rows = await ReadAsync(persistenceId, after, cancel);
            if (rows.Count == 0)
                return;
            foreach (var (sequence, stored) in rows)
            {
                // One statement each: nobody waits long for it, and who reads the journal meanwhile finds one or the other.
                if (rewrite(stored) is { } next)
                {
                    await RunAsync(
                        "UPDATE journal SET message = @message, manifest = @manifest, identifier = @serializer WHERE persistence_id = @id AND sequence_number = @sequence",
                        cancel, ("message", next.Bytes), ("manifest", next.Manifest), ("serializer", next.Serializer), ("id", persistenceId), ("sequence", sequence));
                }
                after = sequence;
            }
        }
    }

    public Task DropAsync(JobId job, CancellationToken cancel) =>
        RunAsync("DELETE FROM job_end WHERE job = @job", cancel, ("job", job.Hash.ToBytes()));

    private async Task<List<(long Sequence, StoredEvent Event)>> ReadAsync(string persistenceId, long after, CancellationToken cancel)
    {
        var rows = new List<(long, StoredEvent)>(Rows);
        await using var command = Command(
            "SELECT sequence_number, identifier, manifest, message FROM journal WHERE persistence_id = @id AND sequence_number > @after ORDER BY sequence_number LIMIT @rows",
            ("id", persistenceId), ("after", after), ("rows", Rows));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            rows.Add((reader.GetInt64(0), new StoredEvent(reader.GetInt32(1), reader.GetString(2), reader.GetFieldValue<byte[]>(3))));
        return rows;
    }

    private async Task RunAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private DbCommand Command(string sql, params (string Name, object Value)[] values)
    {
        var command = journal.CreateCommand(sql);
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
