using System.Data.Common;
using AkkaCompute.Actors.Jobs.Retention;

namespace AkkaCompute.Storage;

/// <summary>The journal's table, as Akka.Persistence.Sql 1.5.73 makes it, in words that SQLite and PostgreSQL both know.</summary>
public sealed class SqlStoredEvents(DbDataSource journal) : IStoredEvents
{
    /// <summary>Events read at once: each may have some hundred KB.</summary>
    private const int Rows = 16;

    public async Task<long> EndAsync(CancellationToken cancel)
    {
        await using var command = Command("SELECT coalesce(max(ordering), 0) FROM journal");
        return await command.ExecuteScalarAsync(cancel) is long end ? end : 0;
    }

    public async Task<IReadOnlyList<StoredMark>> FindAsync(int serializer, string manifest, long after, int most, CancellationToken cancel)
    {
        var marks = new List<StoredMark>();
        await using var command = Command(
            "SELECT ordering, persistence_id, created FROM journal WHERE ordering > @after AND manifest = @manifest AND identifier = "
            + "@serializer ORDER BY ordering LIMIT @most",
            ("after", after), ("manifest", manifest), ("serializer", serializer), ("most", most));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            marks.Add(new StoredMark(reader.GetInt64(0), reader.GetString(1), new DateTimeOffset(reader.GetInt64(2), TimeSpan.Zero)));
        return marks;
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
                        "UPDATE journal SET message = @message, manifest = @manifest, identifier = @serializer WHERE persistence_id = @id "
                        + "AND sequence_number = @sequence",
                        cancel, ("message", next.Bytes), ("manifest", next.Manifest), ("serializer", next.Serializer),
                        ("id", persistenceId), ("sequence", sequence));
                }
                after = sequence;
            }
        }
    }

    private async Task<List<(long Sequence, StoredEvent Event)>> ReadAsync(string persistenceId, long after, CancellationToken cancel)
    {
        var rows = new List<(long, StoredEvent)>(Rows);
        await using var command = Command(
            "SELECT sequence_number, identifier, manifest, message FROM journal WHERE persistence_id = @id AND sequence_number > @after "
            + "ORDER BY sequence_number LIMIT @rows",
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
