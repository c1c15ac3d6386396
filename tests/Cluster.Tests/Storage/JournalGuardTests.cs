using AkkaCompute.Cluster.Tests.Demo;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;
using AkkaCompute.Storage.Claims;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Two clusters never write one journal, and no node serves from one that is not its cluster's.</summary>
public sealed class JournalGuardTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_second_cluster_on_the_same_journal_exits_saying_so_and_the_first_goes_on()
    {
        await using var first = await StartAsync("a");
        var before = await ClaimAsync();
        var refused = await Assert.ThrowsAsync<JournalRefusedException>(() => NodeHost.StartAsync(Settings("b"), cancel: Cancel));
        Assert.Contains("in use by another cluster", refused.Message, StringComparison.Ordinal);
        Assert.Contains(first.Address, refused.Message, StringComparison.Ordinal);
        var after = await ClaimAsync();
        Assert.Equal((before.Journal, before.Cluster, before.Holder), (after.Journal, after.Cluster, after.Holder));
        Jobs.AssertEchoed(await first.Client.MapAsync(new(Jobs.Echo), Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task The_program_says_it_with_an_exit_code_of_its_own()
    {
        await using var first = await StartAsync("a");
        Directory.CreateDirectory(_directory["b"]);
        File.CreateSymbolicLink(_directory["b/journal.db"], _directory["journal.db"]);
        var ended = await Programs.RunAsync(
            Programs.Node, _directory.Path, "node", "--data", _directory["b"], "--port", "0", "--pbm-port", "off", "--log-level", "OFF");
        Assert.Equal(3, ended.ExitCode);
        Assert.Contains("in use by another cluster", ended.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_with_an_empty_journal_that_joins_exits_saying_so_and_has_served_nothing()
    {
        await using var first = await StartAsync("a");
        var refused = await Assert.ThrowsAsync<JournalRefusedException>(() => NodeHost.StartAsync(
            Settings("b") with { Journal = _directory["empty.db"], Seeds = [first.Address] }, cancel: Cancel));
        Assert.Contains((await ClaimAsync()).Journal, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Akka.Cluster.Cluster.Get(first.Context.System).State.Unreachable); // it has left, as members do
        var empty = await ClaimAsync("empty.db");
        Assert.Equal(("", ""), (empty.Cluster, empty.Holder));
        Assert.DoesNotContain(first.Context.Rosters.Current.Members, member => !first.Workers.Contains(member.Id));
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_journal_whose_whole_cluster_crashed_is_taken_when_its_claim_has_run_out()
    {
        Claim before;
        using (var crashed = await Child.StartAsync(
            "AkkaCompute.Cluster.Node", "ready: ", "node", "--data", _directory.Path, "--port", "0", "--pbm-port", "off", "--workers", "3", "--slots", "1"))
        {
            before = await ClaimAsync();
            await crashed.KillAsync();
        }
        Assert.NotEqual("", before.Holder);
        await using var next = await StartAsync("a");
        var after = await ClaimAsync();
        Assert.Equal(before.Journal, after.Journal);
        Assert.NotEqual(before.Cluster, after.Cluster);
        Assert.StartsWith(next.Address, after.Holder, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_claim_goes_from_member_to_member_and_the_last_one_gives_it_back()
    {
        var first = await StartAsync("a");
        Claim held;
        try
        {
            await using var second = await StartAsync("b", first);
            held = await ClaimAsync();
            await first.DisposeAsync();
            await Wait.EventuallyAsync(
                async () => (await ClaimAsync()).Holder.StartsWith(second.Address, StringComparison.Ordinal), "the second node holds the claim");
            Assert.Equal(held.Cluster, (await ClaimAsync()).Cluster);
        }
        finally
        {
            await first.DisposeAsync();
        }
        Assert.Equal(("", held.Cluster), ((await ClaimAsync()).Holder, (await ClaimAsync()).Cluster));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_whose_journal_was_taken_ends_itself_without_writing_on()
    {
        await using var host = await NodeHost.StartAsync(Settings("a"), cancel: Cancel);
        var claims = Claims();
        await Wait.EventuallyAsync(
            async () =>
            {
                var held = await claims.ReadAsync(Cancel);
                return await claims.ReplaceAsync(held, held with { Cluster = "theirs", Holder = "akka.tcp://S@stranger:1#1" }, Cancel);
            },
            "the claim is replaced");
        await host.Ended.WaitAsync(Wait.Long, Cancel);
        Assert.Contains("has taken the journal", host.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal("theirs", (await claims.ReadAsync(Cancel)).Cluster);
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_node_on_a_copy_of_the_journal_is_refused_by_the_first_ones_cluster_and_the_other_way_about()
    {
        await using (var first = await StartAsync("a"))
        {
            Copy("journal.db", "copy.db");
            var copied = await ClaimAsync("copy.db");
            await RefusedAsync("b", "copy.db", first);
            Assert.Equal(copied, await ClaimAsync("copy.db"));
            Jobs.AssertEchoed(await first.Client.MapAsync(new(Jobs.Echo), Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);
        }
        // The copy is a journal of its own while it is alone, and then the first one is a copy of it.
        await using (var copy = await StartAsync("b", journal: "copy.db"))
        {
            var before = await ClaimAsync();
            await RefusedAsync("a", "journal.db", copy);
            Assert.Equal(before, await ClaimAsync());
        }
        int port;
        await using (var again = await StartAsync("a"))
            port = Akka.Actor.Address.Parse(again.Address).Port!.Value;
        await using var atItsAddress = await TestNode.StartAsync(_directory["a"], _ => Settings("a") with { Port = port });
        Jobs.AssertEchoed(await atItsAddress.Client.MapAsync(new(Jobs.Echo), Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);

        async Task RefusedAsync(string name, string file, TestNode seed)
        {
            var refused = await Assert.ThrowsAsync<JournalRefusedException>(() => NodeHost.StartAsync(
                Settings(name) with { Journal = _directory[file], Seeds = [seed.Address] }, cancel: Cancel));
            Assert.Contains("this is a copy of it", refused.Message, StringComparison.Ordinal);
            Assert.Contains((await ClaimAsync()).Journal, refused.Message, StringComparison.Ordinal);
        }
    }

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_node_with_copied_keys_is_refused_and_one_that_starts_again_is_let_in_when_its_old_self_has_gone()
    {
        await using var first = await StartAsync("a");
        var second = await StartAsync("b", first);
        try
        {
            Directory.CreateDirectory(_directory["copy"]);
            Directory.CreateDirectory(_directory["copy/keys"]);
            foreach (var key in Directory.GetFiles(_directory["b/keys"]))
                File.Copy(key, Path.Combine(_directory["copy/keys"], Path.GetFileName(key)));
            var refused = await Assert.ThrowsAsync<JournalRefusedException>(() =>
                NodeHost.StartAsync(Settings("copy") with { Seeds = [first.Address] }, cancel: Cancel));
            Assert.Contains($"{second.Address} has the key of this node", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await second.DisposeAsync();
        }
        await using var again = await StartAsync("b", first);
        Assert.NotEqual(second.Address, again.Address);
    }

    /// <summary>As an operator copies a file that is in use.</summary>
    private void Copy(string from, string to)
    {
        using var source = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_directory[from]};Pooling=False");
        using var target = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_directory[to]};Pooling=False");
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private Task<Claim> ClaimAsync(string file = "journal.db") => Claims(file).ReadAsync(Cancel);

    private JournalClaims Claims(string file = "journal.db") =>
        new(Microsoft.Data.Sqlite.SqliteFactory.Instance.CreateDataSource($"Data Source={_directory[file]}"));

    private NodeSettings Settings(string name) => new()
    {
        DataDirectory = _directory[name], Port = 0, Workers = 3, Slots = 1, LogLevel = "OFF", Journal = _directory["journal.db"],
        ClaimExpiry = TimeSpan.FromSeconds(4),
    };

    private Task<TestNode> StartAsync(string name, TestNode? seed = null, string journal = "journal.db") => TestNode.StartAsync(
        _directory[name], _ => Settings(name) with { Journal = _directory[journal], Seeds = seed is null ? [] : [seed.Address] });
}
