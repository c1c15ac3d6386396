using System.Reflection;
using Npgsql;

namespace AkkaCompute.Storage;

/// <summary>
/// The tables, by numbered steps (<c>NNN.sql</c>) that are built in and never changed after a release. Each node applies what
/// is missing when it starts; nodes that start together wait for each other.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>The key of the advisory lock: "AkkaComp" in ASCII.</summary>
    private const long LockKey = 0x416B_6B61_436F_6D70;

    /// <exception cref="StorageException">The tables are of a newer version of this program.</exception>
    public static async Task MigrateAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        var steps = Steps();
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel); // all or nothing, with the lock until its end
        await RunAsync($"SELECT pg_advisory_xact_lock({LockKey})");
        await RunAsync(
            "CREATE TABLE IF NOT EXISTS akkacompute_schema (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
        var version = await RunAsync("SELECT coalesce(max(version), 0) FROM akkacompute_schema") as int? ?? 0;
        if (version > steps.Count)
            throw new StorageException(
                $"The database has tables of version {version}; this program knows up to {steps.Count}: it is older.");
        for (var next = version + 1; next <= steps.Count; next++)
        {
            await RunAsync(steps[next - 1]);
            await RunAsync($"INSERT INTO akkacompute_schema (version) VALUES ({next})");
        }
        await transaction.CommitAsync(cancel);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return await command.ExecuteScalarAsync(cancel);
        }
    }

    private static List<string> Steps()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(name => name.StartsWith("postgres-", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return reader.ReadToEnd();
                }),
        ];
    }
}
