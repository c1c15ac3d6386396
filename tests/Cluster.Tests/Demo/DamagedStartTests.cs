namespace AkkaCompute.Cluster.Tests.Demo;

/// <summary>A node that starts on a damaged journal ends with one line, or goes on where it does not need what is damaged.</summary>
[Trait("Category", "Long")]
public sealed class DamagedStartTests : IDisposable
{
    private readonly DamagedJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Damaged_pages_end_the_start_with_one_line_that_says_where_and_what_to_do()
    {
        await _journal.FillAsync();
        _journal.Keep();

        // The first page has the names of the tables, and the header, which SQLite knows by its first bytes.
        _journal.Overwrite(from: 100, bytes: 3_996);
        await FailsAsync("is damaged: put a backup in ");
        _journal.Overwrite(from: 0, bytes: 100);
        await FailsAsync("is damaged: put a backup in ");

        // All pages but the first few: the tables are there, and hardly anything in them.
        _journal.Overwrite(from: 20 * 4_096, bytes: (int)new FileInfo(_journal.Good).Length - (20 * 4_096));
        await FailsAsync("is damaged: put a backup in ");

        // Bytes that SQLite can't judge, of what each node needs.
        _journal.Restore();
        _journal.Execute("UPDATE journal SET message = x'ffff' WHERE persistence_id = 'roster'; DELETE FROM snapshot; PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Contains("at or after ordering ", await FailsAsync("The node needs what it can't read: roster"), StringComparison.Ordinal);
    }

    private async Task<string> FailsAsync(string what)
    {
        var node = await _journal.NodeAsync("node", "--data", "data", "--port", "0", "--pbm-port", "off", "--workers", "9");
        Assert.Equal(3, node.ExitCode);
        Assert.Contains(what, node.Error, StringComparison.Ordinal);
        Assert.Contains("journal.db", node.Error, StringComparison.Ordinal);
        Assert.Single(node.Error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", node.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ready: ", node.Output, StringComparison.Ordinal);
        return node.Error;
    }
}
