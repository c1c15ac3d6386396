using Microsoft.Data.Sqlite;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>An export of a journal that can't be read ends with one line that says where and what to do.</summary>
[Trait("Category", "Long")]
public sealed class DamagedExportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    private string Journal => Path.Combine(_directory, "data", "journal.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_damaged_journal_is_named_with_its_row()
    {
        var demo = await NodeAsync("demo", "--data", "data", "--svg", "out.svg", "--effort", "5");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        long row;
        using (var connection = new SqliteConnection($"Data Source={Journal}"))
        {
            connection.Open();
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            File.Copy(Journal, Journal + ".good");
            // Far from the begin of what is read together.
            row = (long)Scalar(connection, "SELECT max(ordering) / 2 + 137 FROM journal")!;
            Execute(connection, $"UPDATE journal SET message = x'ffff' WHERE ordering = {row}");
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        SqliteConnection.ClearAllPools();
        Assert.Equal(row, RowOf(await FailsAsync("table journal, at or after ordering ")));

        // Pages in the middle of the file.
        File.Copy(Journal + ".good", Journal, overwrite: true);
        var (middle, junk) = (new FileInfo(Journal).Length / 2, new byte[65_536]);
        Array.Fill(junk, (byte)0xa5);
        await using (var file = new FileStream(Journal, FileMode.Open))
        {
            file.Position = middle;
            await file.WriteAsync(junk, TestContext.Current.CancellationToken);
        }
        row = RowOf(await FailsAsync("is damaged: put a backup in "));
        // SQLite itself does not see all of it: junk in the last page of a long message is only other bytes.
        Assert.Contains(new[] { row, row + 1 }, at => MessageIn(Journal, at) != MessageIn(Journal + ".good", at));
        Assert.Equal(MessageIn(Journal + ".good", row - 1), MessageIn(Journal, row - 1));
        SqliteConnection.ClearAllPools();

        await File.WriteAllTextAsync(Journal, "no database, but a text that is long enough to be taken for one", TestContext.Current.CancellationToken);
        await FailsAsync("The file is damaged: put a backup in its place");
    }

    private static long RowOf(string error) =>
        long.Parse(System.Text.RegularExpressions.Regex.Match(error, @"at or after ordering (\d+)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<string> FailsAsync(string what)
    {
        foreach (var log in new[] { Journal + "-wal", Journal + "-shm" })
            File.Delete(log);
        var export = await NodeAsync("export", "--data", "data", "records");
        Assert.Equal((3, ""), (export.ExitCode, export.Output));
        Assert.Contains(what, export.Error, StringComparison.Ordinal);
        Assert.Contains("journal.db", export.Error, StringComparison.Ordinal);
        Assert.Single(export.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Path.Combine(_directory, "records")));
        Assert.False(File.Exists(Path.Combine(_directory, "records.unfinished")));
        return export.Error;
    }

    private static string? MessageIn(string journal, long row)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Mode=ReadOnly");
        connection.Open();
        try
        {
            return Scalar(connection, $"SELECT hex(message) FROM journal WHERE ordering = {row}") as string;
        }
        catch (SqliteException damaged)
        {
            return damaged.Message;
        }
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, _directory, args);
}
