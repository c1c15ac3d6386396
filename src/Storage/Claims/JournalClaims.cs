using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;

namespace AkkaCompute.Storage.Claims;

/// <summary>Whose a journal is: one row in its database.</summary>
/// <param name="Journal">The journal's id: random, made with its tables.</param>
/// <param name="Cluster">The id of the cluster that holds it: random, made by whoever takes a journal that is free; empty: none
/// yet.</param>
/// <param name="Holder">The member that renews the claim, its address with the uid of its process; empty: given back.</param>
/// <param name="Beat">Counts the renewals.</param>
public sealed record Claim(string Journal, string Cluster, string Holder, long Beat)
{
    /// <summary>A random id, 64 bits in hexadecimal digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}

/// <summary>Reads and replaces the claim, in words that SQLite and PostgreSQL both know.</summary>
public sealed class JournalClaims(DbDataSource database)
{
    /// <summary>The table in SQLite; PostgreSQL's is in 001.sql.</summary>
    internal const string Table = """
        CREATE TABLE IF NOT EXISTS journal_claim (
          one INTEGER PRIMARY KEY CHECK (one = 1), journal TEXT NOT NULL, cluster TEXT NOT NULL, holder TEXT NOT NULL,
          beat INTEGER NOT NULL, renewed_at TEXT NOT NULL);
        """;

    /// <summary>The claim as it is now; the first reader gives the journal its id.</summary>
    public async Task<Claim> ReadAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await SelectAsync(connection, cancel) is { } known)
            return known;
        await using var insert = Command(
            connection,
            "INSERT INTO journal_claim (one, journal, cluster, holder, beat, renewed_at) VALUES (1, @journal, '', '', 0, "
            + "CURRENT_TIMESTAMP) ON CONFLICT DO NOTHING",
            ("journal", Claim.NewId()));
        await insert.ExecuteNonQueryAsync(cancel);
        return await SelectAsync(connection, cancel)
            ?? throw new StorageException("The row of journal_claim was deleted while it was read.");
    }

    /// <summary>Puts a claim in the place of one that was read.</summary>
    /// <returns>Whether that one was still there.</returns>
    public async Task<bool> ReplaceAsync(Claim old, Claim next, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var update = Command(
            connection,
            """
            UPDATE journal_claim SET cluster = @cluster, holder = @holder, beat = @beat, renewed_at = CURRENT_TIMESTAMP
            WHERE one = 1 AND journal = @journal AND cluster = @oldCluster AND holder = @oldHolder AND beat = @oldBeat
            """,
            ("cluster", next.Cluster), ("holder", next.Holder), ("beat", next.Beat), ("journal", old.Journal),
            ("oldCluster", old.Cluster), ("oldHolder", old.Holder), ("oldBeat", old.Beat));
        return await update.ExecuteNonQueryAsync(cancel) == 1;
    }

    private static async Task<Claim?> SelectAsync(DbConnection connection, CancellationToken cancel)
    {
        await using var select = Command(connection, "SELECT journal, cluster, holder, beat FROM journal_claim WHERE one = 1");
        await using var reader = await select.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new Claim(
                reader.GetString(0), reader.GetString(1), reader.GetString(2),
                Convert.ToInt64(reader.GetValue(3), CultureInfo.InvariantCulture))
            : null;
    }

    private static DbCommand Command(DbConnection connection, string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
