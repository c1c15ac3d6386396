using System.Data.Common;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Execution;

namespace AkkaCompute.Node.Storage;

/// <summary>Blobs in a table <c>blob (hash, bytes)</c>, in words that SQLite and PostgreSQL both know.</summary>
public sealed class SqlBlobStore(DbDataSource database, TimeProvider time) : IBlobStore
{
    /// <summary>A database that starts again is back by then; who asks waits that long at most.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(Hash256 hash, CancellationToken cancel) =>
        await AskAsync("SELECT bytes FROM blob WHERE hash = @hash", hash, cancel) is byte[] bytes ? bytes : default(ReadOnlyMemory<byte>?); // a bare null would be made an empty blob

    public async ValueTask<bool> ContainsAsync(Hash256 hash, CancellationToken cancel) =>
        await AskAsync("SELECT 1 FROM blob WHERE hash = @hash", hash, cancel) is not null;

    public async ValueTask<Hash256> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var hash = Hash256.Of(bytes.Span);
        await AskAsync("INSERT INTO blob (hash, bytes) VALUES (@hash, @bytes) ON CONFLICT DO NOTHING", hash, cancel, bytes.ToArray());
        return hash;
    }

    // All three may be asked again: a blob never changes.
    private async Task<object?> AskAsync(string sql, Hash256 hash, CancellationToken cancel, byte[]? bytes = null)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            try
            {
                await using var command = database.CreateCommand(sql);
                Add(command, "hash", hash.ToBytes());
                if (bytes is not null)
                    Add(command, "bytes", bytes);
                return await command.ExecuteScalarAsync(cancel);
            }
            catch (DbException lost) when (lost.IsTransient && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
    }

    private static void Add(DbCommand command, string name, byte[] value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }
}
