using Microsoft.Data.Sqlite;

namespace AkkaCompute.Bench.Map;

/// <summary>A row of the journal, read from SQLite without Akka.</summary>
internal sealed record JournalRow(string PersistenceId, int Serializer, string Manifest, byte[] Message)
{
    public static long LastOrdering(string file)
    {
        using var connection = Open(file);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT coalesce(max(ordering), 0) FROM journal";
        return (long)select.ExecuteScalar()!;
    }

    /// <summary>What was written after a point, in the order of writing.</summary>
    public static IReadOnlyList<JournalRow> ReadAfter(string file, long ordering)
    {
        using var connection = Open(file);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT persistence_id, identifier, manifest, message FROM journal WHERE ordering > $after ORDER BY ordering";
        select.Parameters.AddWithValue("$after", ordering);
        using var rows = select.ExecuteReader();
        var read = new List<JournalRow>();
        while (rows.Read())
            read.Add(new JournalRow(rows.GetString(0), rows.GetInt32(1), rows.GetString(2), (byte[])rows.GetValue(3)));
        return read;
    }

    /// <summary>How the journal's tables and indexes were made.</summary>
    public static IReadOnlyList<string> Schema(string file)
    {
        using var connection = Open(file);
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT sql FROM sqlite_master WHERE tbl_name = 'journal' AND sql IS NOT NULL";
        using var rows = select.ExecuteReader();
        var read = new List<string>();
        while (rows.Read())
            read.Add(rows.GetString(0));
        return read;
    }

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly }.ConnectionString);
        connection.Open();
        return connection;
    }
}
