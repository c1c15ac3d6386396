using Microsoft.Data.Sqlite;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>The journal of a demo in a directory of its own, as it was and as a test damages it.</summary>
internal sealed class DamagedJournal : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("akkacompute-test-").FullName;

    public string Path => System.IO.Path.Combine(Directory, "data", "journal.db");

    /// <summary>The copy of what was good: <see cref="Keep"/>.</summary>
    public string Good => Path + ".good";

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Runs the node's program in the directory.</summary>
    public Task<Programs.Ended> NodeAsync(params string[] args) => Programs.RunAsync(Programs.Node, Directory, args);

    /// <summary>A demo fills the journal.</summary>
    public async Task FillAsync()
    {
        var demo = await NodeAsync("demo", "--data", "data", "--svg", "out.svg", "--effort", "5");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
    }

    /// <summary>Copies it as it is now; all of it is in one file then.</summary>
    public void Keep()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        File.Copy(Path, Good);
    }

    /// <summary>Puts back what was kept.</summary>
    public void Restore()
    {
        DropLogs();
        File.Copy(Good, Path, overwrite: true);
    }

    /// <summary>What a program that ended left beside the file.</summary>
    public void DropLogs()
    {
        SqliteConnection.ClearAllPools();
        foreach (var log in new[] { Path + "-wal", Path + "-shm" })
            File.Delete(log);
    }

    /// <summary>Overwrites a part of what was kept.</summary>
    public void Overwrite(long from, int bytes)
    {
        Restore();
        var junk = new byte[bytes];
        Array.Fill(junk, (byte)0xa5);
        using var file = new FileStream(Path, FileMode.Open);
        file.Position = from;
        file.Write(junk);
    }

    public void Execute(string sql) => Scalar(Path, sql);

    /// <summary>What a query gives first; of any journal.</summary>
    public static object? Scalar(string journal, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={journal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
