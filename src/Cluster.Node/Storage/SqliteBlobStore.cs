using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Node.Storage;

/// <summary>Blobs in a SQLite file.</summary>
public sealed class SqliteBlobStore : IBlobStore
{
    private readonly string _connection;

    public SqliteBlobStore(string file)
    {
        _connection = new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString;
        using var connection = Open();
        using var create = connection.CreateCommand();
        create.CommandText = """
            PRAGMA journal_mode = wal;
            CREATE TABLE IF NOT EXISTS blob (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
            """;
        create.ExecuteNonQuery();
    }

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel)
    {
        await using var connection = Open();
        await using var select = connection.CreateCommand();
        select.CommandText = "SELECT bytes FROM blob WHERE hash = $hash";
        select.Parameters.AddWithValue("$hash", hash.ToBytes());
        return await select.ExecuteScalarAsync(cancel) is byte[] bytes ? bytes : null;
    }

    public async ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel)
    {
        await using var connection = Open();
        await using var select = connection.CreateCommand();
        select.CommandText = "SELECT 1 FROM blob WHERE hash = $hash";
        select.Parameters.AddWithValue("$hash", hash.ToBytes());
        return await select.ExecuteScalarAsync(cancel) is not null;
    }

    public async ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var hash = Hash256.Of(bytes.Span);
        await using var connection = Open();
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT OR IGNORE INTO blob (hash, bytes) VALUES ($hash, $bytes)";
        insert.Parameters.AddWithValue("$hash", hash.ToBytes());
        insert.Parameters.AddWithValue("$bytes", bytes.ToArray());
        await insert.ExecuteNonQueryAsync(cancel);
        return hash;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connection);
        connection.Open();
        return connection;
    }
}
