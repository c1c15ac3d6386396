using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>An export of a journal that can't be read ends with one line that says where and what to do.</summary>
[Trait("Category", "Long")]
public sealed class DamagedExportTests : IDisposable
{
    private readonly DamagedJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task A_damaged_journal_is_named_with_its_row()
    {
        await _journal.FillAsync();
        _journal.Keep();
        // Far from the begin of what is read together.
        var row = (long)DamagedJournal.Scalar(_journal.Path, "SELECT max(ordering) / 2 + 137 FROM journal")!;
        _journal.Execute($"UPDATE journal SET message = x'ffff' WHERE ordering = {row}; PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(row, RowOf(await FailsAsync("table journal, at or after ordering ")));

        // Pages in the middle of the file.
        _journal.Overwrite(from: new FileInfo(_journal.Good).Length / 2, bytes: 65_536);
        row = RowOf(await FailsAsync("is damaged: put a backup in "));
        // SQLite itself does not see all of it: junk in the last page of a long message is only other bytes.
        Assert.Contains(new[] { row, row + 1 }, at => MessageIn(_journal.Path, at) != MessageIn(_journal.Good, at));
        Assert.Equal(MessageIn(_journal.Good, row - 1), MessageIn(_journal.Path, row - 1));

        await File.WriteAllTextAsync(
            _journal.Path, "no database, but a text that is long enough to be taken for one", TestContext.Current.CancellationToken);
        await FailsAsync("The file is damaged: put a backup in its place");
    }

    private static long RowOf(string error) =>
        long.Parse(Regex.Match(error, @"at or after ordering (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);

    private async Task<string> FailsAsync(string what)
    {
        _journal.DropLogs();
        var export = await _journal.NodeAsync("export", "--data", "data", "records");
        Assert.Equal((3, ""), (export.ExitCode, export.Output));
        Assert.Contains(what, export.Error, StringComparison.Ordinal);
        Assert.Contains("journal.db", export.Error, StringComparison.Ordinal);
        Assert.Single(export.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(Path.Combine(_journal.Directory, "records")));
        Assert.False(File.Exists(Path.Combine(_journal.Directory, "records.unfinished")));
        return export.Error;
    }

    private static string? MessageIn(string journal, long row)
    {
        try
        {
            return DamagedJournal.Scalar(journal, $"SELECT hex(message) FROM journal WHERE ordering = {row}") as string;
        }
        catch (SqliteException damaged)
        {
            return damaged.Message;
        }
    }
}
