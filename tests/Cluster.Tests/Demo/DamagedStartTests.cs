using Microsoft.Data.Sqlite;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>A node that starts on a damaged journal ends with one line, or goes on where it does not need what is damaged.</summary>
[Trait("Category", "Long")]
public sealed class DamagedStartTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    private string Journal => Path.Combine(_directory, "data", "journal.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Damaged_pages_end_the_start_with_one_line_that_says_where_and_what_to_do()
    {
        var demo = await NodeAsync("demo", "--data", "data", "--svg", "out.svg", "--effort", "5");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        Sql("PRAGMA wal_checkpoint(TRUNCATE)");
        File.Copy(Journal, Journal + ".good");

        // The first page has the names of the tables, and the header, which SQLite knows by its first bytes.
        Overwrite(from: 100, bytes: 3_996);
        await FailsAsync("is damaged: put a backup in ");
        Overwrite(from: 0, bytes: 100);
        await FailsAsync("is damaged: put a backup in ");

        // All pages but the first few: the tables are there, and hardly anything in them.
        Overwrite(from: 20 * 4_096, bytes: (int)new FileInfo(Journal + ".good").Length - (20 * 4_096));
        await FailsAsync("is damaged: put a backup in ");

        // Bytes that SQLite can't judge, of what each node needs.
        Sql("UPDATE journal SET message = x'ffff' WHERE persistence_id = 'roster'; DELETE FROM snapshot; PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Contains("at or after ordering ", await FailsAsync("The node needs what it can't read: roster"), StringComparison.Ordinal);
    }

    /// <summary>Overwrites a part of what was good.</summary>
    private void Overwrite(long from, int bytes)
    {
        Restore();
        var junk = new byte[bytes];
        Array.Fill(junk, (byte)0xa5);
        using var file = new FileStream(Journal, FileMode.Open);
        file.Position = from;
        file.Write(junk);
    }

    private void Restore()
    {
        SqliteConnection.ClearAllPools();
        foreach (var log in new[] { Journal + "-wal", Journal + "-shm" })
            File.Delete(log);
        if (File.Exists(Journal + ".good"))
            File.Copy(Journal + ".good", Journal, overwrite: true);
    }

    private void Sql(string sql)
    {
        Restore();
        using var connection = new SqliteConnection($"Data Source={Journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private async Task<string> FailsAsync(string what)
    {
        var node = await NodeAsync("node", "--data", "data", "--port", "0", "--pbm-port", "off", "--workers", "9");
        Assert.Equal(3, node.ExitCode);
        Assert.Contains(what, node.Error, StringComparison.Ordinal);
        Assert.Contains("journal.db", node.Error, StringComparison.Ordinal);
        Assert.Single(node.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", node.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ready: ", node.Output, StringComparison.Ordinal);
        return node.Error;
    }

    private Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, _directory, args);
}
