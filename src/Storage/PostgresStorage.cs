using Akka.Configuration;
using Akka.Persistence.Sql.Config;
using LinqToDB;
using LinqToDB.Data;
using LinqToDB.DataProvider.PostgreSQL;
using Npgsql;

namespace AkkaCompute.Storage;

/// <summary>Journal, snapshots and blobs in a PostgreSQL database, which all nodes of a cluster share.</summary>
internal static class PostgresStorage
{
    private const string Provider = "PostgreSQL.15";

    /// <summary>
    /// A node that is cut off in the middle of a write leaves a transaction that PostgreSQL would keep for hours, and who takes over
    /// writes at the same place of the journal, and would wait for that. The server gives such a session up in the time that the
    /// cluster needs to give the node up.
    /// </summary>
    private const string Session =
        "-c idle_in_transaction_session_timeout=5s -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c "
        + "tcp_user_timeout=10s";

    /// <summary>A database may start later than its nodes do; after that, it is said that it is not there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="NodeStorage.OpenAsync"/>
    public static async Task<NodeStorage> OpenAsync(IStorageSettings settings, TimeProvider time, CancellationToken cancel)
    {
        var source = Source(settings);
        try
        {
            await WaitAsync(source, cancel);
            await PostgresSchema.MigrateAsync(source, cancel);
        }
        catch (NpgsqlException wrong)
        {
            await source.DisposeAsync();
            throw wrong.InnerException as StorageException ?? new StorageException($"PostgreSQL: {wrong.Message}", wrong);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
        // Its connections, with their password, for the journal's plugin too. Bulk writes by COPY.
        var options = new DataOptions()
            .UseConnectionString(Provider, settings.Postgres!)
            .UseConnectionFactory(PostgreSQLTools.GetDataProvider(PostgreSQLVersion.v15), _ => source.CreateConnection())
            .WithOptions<PostgreSQLOptions>(o => o with { BulkCopyType = BulkCopyType.ProviderSpecific });
        return new NodeStorage(
            source, new SqlBlobStore(source, time), Config(settings.Postgres!), new DataOptionsSetup(options), "the database");
    }

    private static NpgsqlDataSource Source(IStorageSettings settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.Postgres);
        var text = builder.ConnectionStringBuilder;
        text.Options = $"{Session} {text.Options}".TrimEnd(); // the operator's own are later, and win
        if (settings.PostgresPasswordFile is { } file)
        {
            // For each new connection: a password that is changed needs no new start.
            builder.UsePasswordProvider(
                _ => SecretText.FirstLine(file), (_, token) => new ValueTask<string>(SecretText.FirstLine(file)));
        }
        return builder.Build();
    }

    private static async Task WaitAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                return;
            }
            catch (NpgsqlException lost) when (lost.IsTransient && TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System, cancel);
            }
        }
    }

    private static Config Config(string connection) => ConfigurationFactory.ParseString($$"""
        akka.persistence {
          journal.sql {
            provider-name = {{Provider}}, connection-string = {{NodeStorage.Quoted(connection)}}
            auto-initialize = off        # PostgresSchema makes the tables: nodes that start together would collide
            max-row-by-row-size = 10     # up to so many rows by INSERT, more by COPY
            read-isolation-level = read-committed
          }
          query.journal.sql { provider-name = {{Provider}}, connection-string = {{NodeStorage.Quoted(connection)}} }
          snapshot-store.sql {
            provider-name = {{Provider}}, connection-string = {{NodeStorage.Quoted(connection)}}
            auto-initialize = off, read-isolation-level = read-committed
          }
        }
        """);
}
