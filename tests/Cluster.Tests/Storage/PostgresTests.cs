using System.Data.Common;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Storage;
using AkkaCompute.Storage.Claims;
using Npgsql;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Several nodes on one PostgreSQL database, which comes and goes.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresTests(PostgresFixture server, ITestOutputHelper output) : IClassFixture<PostgresFixture>, IDisposable
{
    /// <summary>A WASI command of 1 page that writes back what it reads, up to 1,024 bytes: fd_read, then fd_write.</summary>
    private static readonly byte[] EchoModule = Convert.FromBase64String(
        "AGFzbQEAAAABDAJgBH9/f38Bf2AAAAJEAhZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxB2ZkX3JlYWQAABZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAAD"
        + "AgEBBQQBAQEBBxMCBm1lbW9yeQIABl9zdGFydAACCjMBMQBBAEEQNgIAQQRBgAg2AgBBAEEAQQFBCBAAGkEEQQgoAgA2AgBBAUEAQQFBDBABGgs=");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Nodes_that_start_together_make_the_tables_once_and_a_newer_programs_tables_are_refused()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => NodeStorage.OpenAsync(Settings(database), Cancel)));
        var claims = await Task.WhenAll(opened.Select(storage => new JournalClaims(storage.Journal).ReadAsync(Cancel)));
        Assert.Single(claims.Distinct());
        var bytes = new byte[300_000];
        var hash = await opened[0].Blobs.PutAsync(bytes, Cancel);
        Assert.Equal(hash, await opened[1].Blobs.PutAsync(bytes, Cancel));
        Assert.True((await opened[2].Blobs.GetAsync(hash, Cancel))!.Value.Span.SequenceEqual(bytes));
        Assert.True(await opened[3].Blobs.ContainsAsync(hash, Cancel));
        Assert.Null(await opened[4].Blobs.GetAsync(Hash256.Of("nothing"u8), Cancel));

        await server.QueryAsync(database, "INSERT INTO akkacompute_schema (version) VALUES (1000)");
        var newer = await Assert.ThrowsAsync<StorageException>(() => NodeStorage.OpenAsync(Settings(database), Cancel));
        Assert.Contains("version 1000", newer.Message, StringComparison.Ordinal);
        foreach (var storage in opened)
            storage.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task Blobs_are_kept_and_dropped_and_read_in_parts_as_in_SQLite()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        using var storage = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel);
        await BlobStoreChecks.DropsOnlyWhatNobodyNeedsAsync(storage.Blobs);
        await BlobStoreChecks.ReadsPartsAsync(storage.Blobs);
        using var other = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel);
        await BlobStoreChecks.GivesBackAsync(other.Blobs);
    }

    [Fact(Timeout = 300_000)]
    public async Task Blobs_keep_within_a_bosss_quota_and_the_total_as_in_SQLite()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var time = new ManualTime();
        using (var storage = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel, time))
            await BlobStoreChecks.KeepsWithinABosssQuotaAsync(storage.Blobs, time);
        using (var storage = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel, time))
            await BlobStoreChecks.KeepsWithinTheTotalAsync(storage.Blobs, time);
        using (var storage = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel, time))
            await BlobStoreChecks.CountsOutputsForTheJobsBossAsync(storage.Blobs, time);
        using (var storage = await NodeStorage.OpenAsync(Settings(await server.CreateDatabaseAsync()), Cancel, time))
            await BlobStoreChecks.TellsOldReferencesAsync(storage.Blobs, time);
    }

    [Fact(Timeout = 300_000)]
    public async Task Large_inputs_and_outputs_come_and_go_as_in_SQLite()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        await using var node = await TestNode.StartAsync(
            _directory["a"], settings => settings with { Postgres = database, PostgresPasswordFile = server.PasswordFile });
        await Large.RunsAsync(node);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_audits_need_outlives_a_forgotten_job()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        await RetentionChecks.OutlivesAsync(
            _directory["a"], settings => settings with { Postgres = database, PostgresPasswordFile = server.PasswordFile });
    }

    /// <summary>As of a node whose network is cut in the middle of a write: who takes over writes at the same place of the journal.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_write_that_nobody_ends_blocks_nobody_for_long()
    {
        const string Write =
            "INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, false, 'chain', 1, '')";
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        using var cut = await NodeStorage.OpenAsync(Settings(database), Cancel);
        await using var lost = await cut.Journal.OpenConnectionAsync(Cancel);
        await using var begun = await lost.BeginTransactionAsync(Cancel);
        Assert.Equal(1, await ExecuteAsync(lost));

        using var storage = await NodeStorage.OpenAsync(Settings(database), Cancel);
        await using var next = await storage.Journal.OpenConnectionAsync(Cancel);
        Assert.Equal(1, await ExecuteAsync(next)); // else it waits for 30 s, and fails
        Assert.Equal(1L, await server.QueryAsync(database, "SELECT count(*) FROM journal"));

        static async Task<int> ExecuteAsync(DbConnection connection)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Write;
            return await command.ExecuteNonQueryAsync(Cancel);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_wrong_password_is_said_at_once()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        await File.WriteAllTextAsync(_directory["wrong"], "wrong", Cancel);
        var wrong = await Assert.ThrowsAsync<StorageException>(
            () => NodeStorage.OpenAsync(Settings(database) with { PostgresPasswordFile = _directory["wrong"] }, Cancel));
        Assert.Contains("password", wrong.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_directory["wrong"], "\nsecond line", Cancel);
        wrong = await Assert.ThrowsAsync<StorageException>(
            () => NodeStorage.OpenAsync(Settings(database) with { PostgresPasswordFile = _directory["wrong"] }, Cancel));
        Assert.Contains("empty line", wrong.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Two_nodes_share_journal_and_blobs_and_a_dump_of_both_starts_again_elsewhere()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        JobId id;
        await using (var first = await StartAsync("a", database))
        {
            await using var second = await StartAsync("b", database, first);
            await Wait.EventuallyAsync(() => first.Context.Rosters.Current.Members.Length == 6, "both nodes' workers are in the roster");
            var payload = await first.Client.PutModuleAsync(EchoModule, Cancel);
            var request = new JobRequest(payload) { Id = JobId.Of(second.Client.Boss, "wasm"u8), Policy = new Policy.Quorum(3, 5), BundleSize = 4 };
            id = request.Id!.Value;
            Jobs.AssertEchoed(await second.Client.MapAsync(request, Jobs.Numbers(200), cancel: Cancel).AllAsync(), 200, ordered: true);
            var end = await second.Client.Job(id).FinishAsync();
            var nodes = end.Workers.Count(worker => first.Workers.Contains(worker.Worker));
            Assert.InRange(nodes, 1, end.Workers.Count - 1); // workers of both have run it
        }

        // As docs/operations.md says it.
        var name = new NpgsqlConnectionStringBuilder(database).Database!;
        var dump = $"/tmp/akkacompute-{name}-{server.Port}.dump";
        await server.ProgramAsync("pg_dump", "-Fc", "-f", dump, name);
        var restored = await server.CreateDatabaseAsync();
        await server.ProgramAsync("pg_restore", "-d", new NpgsqlConnectionStringBuilder(restored).Database!, dump);
        await server.ProgramAsync("psql", "-d", "postgres", "-c", $"DROP DATABASE {name} WITH (FORCE)");
        File.Delete(dump);

        await using var again = await StartAsync("c", restored);
        var outcomes = await again.Client.Job(id).OutcomesAsync(ordered: true, cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 200, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_database_that_crashes_under_load_loses_no_outcome_doubles_none_and_stops_nothing_for_ever()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        const int Tasks = 6_000;
        var database = await server.CreateDatabaseAsync();
        await using var first = await StartAsync("a", database);
        await using var second = await StartAsync("b", database, first);
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(first.Client.Boss, "load"u8), Policy = new Policy.Quorum(2, 5), Limits = Jobs.Short };
        var job = await first.Client.SubmitAsync(request, Cancel);
        var mapped = first.Client.MapAsync(request, Slowly(Jobs.Numbers(Tasks)), cancel: Cancel).AllAsync();
        foreach (var crash in (int[])[1, 2])
        {
            await Wait.EventuallyAsync(async () => (await DecidedAsync()) > crash * Tasks / 4, $"outcomes come before crash {crash}");
            await server.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(3), Cancel);
            await server.StartAsync();
            output.WriteLine($"Crash {crash}: {await DecidedAsync()} of {Tasks} decided.");
        }
        Jobs.AssertEchoed(await mapped, Tasks, ordered: true);
        var end = await job.FinishAsync();
        Assert.Equal(end.Executions, end.Workers.Sum(worker => (long)worker.Accepted));
        Assert.Equal((end.Executions, 0), await first.EarnedAsync([.. first.Workers, .. second.Workers]));
        // And another job, of another boss's making, as if nothing had been.
        Jobs.AssertEchoed(await second.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(100), cancel: Cancel).AllAsync(), 100, ordered: true);

        async Task<long> DecidedAsync()
        {
            try
            {
                return (await job.GetAsync(Cancel)).Progress.Decided;
            }
            catch (ComputeUnavailableException)
            {
                return 0; // the Job is on its way back
            }
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_password_that_is_changed_is_read_again()
    {
        Assert.SkipUnless(PostgresServer.IsInstalled, PostgresServer.Missing);
        var database = await server.CreateDatabaseAsync();
        await using var node = await StartAsync("a", database);
        await server.QueryAsync(database, "ALTER ROLE akkacompute PASSWORD 'second'");
        await File.WriteAllTextAsync(server.PasswordFile, "second\n", Cancel);
        await server.QueryAsync(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Jobs.AssertEchoed(await node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(50), cancel: Cancel).AllAsync(), 50, ordered: true);
    }

    private NodeSettings Settings(string database) =>
        new() { DataDirectory = _directory.Path, Postgres = database, PostgresPasswordFile = server.PasswordFile };

    private Task<TestNode> StartAsync(string name, string database, TestNode? seed = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with
        {
            Workers = 3, Slots = 1, Seeds = seed is null ? [] : [seed.Address],
            Postgres = database, PostgresPasswordFile = server.PasswordFile, ClaimExpiry = TimeSpan.FromSeconds(5), LogLevel = "OFF",
        });

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Slowly(IEnumerable<ReadOnlyMemory<byte>> inputs)
    {
        foreach (var some in inputs.Chunk(20))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
            foreach (var input in some)
                yield return input;
        }
    }
}
