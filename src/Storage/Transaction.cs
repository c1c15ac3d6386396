using System.Data.Common;
using System.Globalization;

namespace AkkaCompute.Storage;

/// <summary>Statements that hold together or not at all: what is not committed is rolled back at the end.</summary>
internal sealed class Transaction : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly CancellationToken _cancel;

    private Transaction(DbConnection connection, DbTransaction transaction, CancellationToken cancel) =>
        (_connection, _transaction, _cancel) = (connection, transaction, cancel);

    public static async Task<Transaction> BeginAsync(DbDataSource database, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel);
        try
        {
            return new Transaction(connection, await connection.BeginTransactionAsync(cancel), cancel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<int> RunAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(_cancel);
    }

    public async Task<object?> AskAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteScalarAsync(_cancel);
    }

    /// <summary>One whole number: PostgreSQL's sums are decimal.</summary>
    public async Task<long> SumAsync(string sql, params (string Name, object Value)[] values) =>
        Convert.ToInt64(await AskAsync(sql, values), CultureInfo.InvariantCulture);

    /// <summary>The first column, of bytes.</summary>
    public async Task<IReadOnlyList<byte[]>> HashesAsync(string sql, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(_cancel);
        var hashes = new List<byte[]>();
        while (await reader.ReadAsync(_cancel))
            hashes.Add(reader.GetFieldValue<byte[]>(0));
        return hashes;
    }

    public Task CommitAsync() => _transaction.CommitAsync(_cancel);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private DbCommand Command(string sql, (string Name, object Value)[] values)
    {
        var command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, _transaction);
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
