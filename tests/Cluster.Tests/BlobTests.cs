using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Storage;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Blobs are kept as long as a job needs them, and no longer than that and a while.</summary>
public sealed class BlobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Only_what_no_job_needs_and_nobody_has_put_lately_is_dropped()
    {
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
        await BlobStoreChecks.DropsOnlyWhatNobodyNeedsAsync(storage.Blobs);
    }

    [Fact]
    public async Task A_job_that_goes_on_gives_blobs_back()
    {
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
        await BlobStoreChecks.GivesBackAsync(storage.Blobs);
    }

    [Fact]
    public async Task A_part_of_a_blob_is_read_without_the_rest()
    {
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
        await BlobStoreChecks.ReadsPartsAsync(storage.Blobs);
    }

    [Fact]
    public async Task References_of_a_job_that_a_crash_kept_from_being_made_can_be_told_and_dropped()
    {
        var time = new ManualTime();
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel, time);
        await BlobStoreChecks.TellsOldReferencesAsync(storage.Blobs, time);
    }

    [Fact]
    public async Task A_boss_that_puts_more_than_its_quota_loses_its_own_that_no_open_job_needs()
    {
        var time = new ManualTime();
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel, time);
        await BlobStoreChecks.KeepsWithinABosssQuotaAsync(storage.Blobs, time);
    }

    [Fact]
    public async Task Outputs_count_for_the_boss_of_their_job()
    {
        var time = new ManualTime();
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel, time);
        await BlobStoreChecks.CountsOutputsForTheJobsBossAsync(storage.Blobs, time);
    }

    [Fact]
    public async Task All_together_keep_within_the_total_whatever_the_number_of_keys()
    {
        var time = new ManualTime();
        using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel, time);
        await BlobStoreChecks.KeepsWithinTheTotalAsync(storage.Blobs, time);
    }

    [Fact]
    public async Task Blobs_from_before_they_were_counted_count()
    {
        var file = Path.Combine(_directory.Path, "blobs.db");
        var bytes = BlobStoreChecks.Bytes(1);
        await using (var old = new SqliteConnection($"Data Source={file}"))
        {
            await old.OpenAsync(Cancel);
            var command = old.CreateCommand();
            command.CommandText = """
                CREATE TABLE blob (hash BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE blob_use (hash BLOB PRIMARY KEY, used_at INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE blob_ref (hash BLOB NOT NULL, job BLOB NOT NULL, PRIMARY KEY (hash, job)) WITHOUT ROWID;
                INSERT INTO blob VALUES (@hash, @bytes);
                INSERT INTO blob_use VALUES (@hash, 5);
                INSERT INTO blob_ref VALUES (@hash, zeroblob(32));
                """;
            command.Parameters.AddWithValue("@hash", Hash256.Of(bytes).ToBytes());
            command.Parameters.AddWithValue("@bytes", bytes);
            await command.ExecuteNonQueryAsync(Cancel);
        }
        for (var start = 0; start < 2; start++)
        {
            using var storage = await NodeStorage.OpenAsync(new NodeSettings { DataDirectory = _directory.Path }, Cancel);
            var usage = await storage.Blobs.UsageAsync(10, Cancel);
            Assert.Equal((1, 1000, 1), (usage.Count, usage.Bytes, usage.InUse));
            Assert.Null(usage.Blobs[0].Boss);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_jobs_module_is_in_use_until_the_job_ends()
    {
        await using var node = await TestNode.StartAsync(_directory["a"]);
        var payload = await node.Client.PutModuleAsync(Wasm(), Cancel);
        var blobs = node.Context.Options.Blobs;
        Assert.Equal((1, 0, node.Client.Boss), await SeenAsync());
        var job = await node.Client.SubmitAsync(new JobRequest(payload) { Policy = Jobs.None }, Cancel);
        Assert.Equal((1, 1, node.Client.Boss), await SeenAsync());
        await job.CancelAsync(Cancel);
        await Wait.EventuallyAsync(async () => await SeenAsync() == (1, 0, node.Client.Boss), "the module is in use no more");

        async Task<(long, long, NodeId?)> SeenAsync()
        {
            var usage = await blobs.UsageAsync(10, Cancel);
            return (usage.Count, usage.InUse, usage.Blobs[0].Boss);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_keeps_its_module_and_a_boss_gets_it_back()
    {
        var module = Wasm();
        await using var node = await TestNode.StartAsync(
            _directory["a"], configure: options => options with { BlobGrace = TimeSpan.FromSeconds(10), BlobCollectEvery = TimeSpan.FromSeconds(1) });
        var payload = await node.Client.PutModuleAsync(module, Cancel);
        await node.Client.SubmitAsync(new JobRequest(payload) { Policy = Jobs.None }, Cancel);
        Assert.Equal(module, (await node.Client.GetBlobAsync(payload.Module, 1 << 20, Cancel)).ToArray());
        await Assert.ThrowsAsync<InvalidDataException>(() => node.Client.GetBlobAsync(payload.Module, 10, Cancel));

        // What no job needs is dropped soon here: another module goes, this one stays.
        var other = await node.Context.Options.Blobs.PutAsync(BlobStoreChecks.Bytes(3), Cancel);
        await Wait.EventuallyAsync(async () => !await node.Context.Options.Blobs.ContainsAsync(other, Cancel), "the other blob is dropped");
        Assert.Equal(module, (await node.Client.GetBlobAsync(payload.Module, 1 << 20, Cancel)).ToArray());
        var gone = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.GetBlobAsync(other, 1 << 20, Cancel));
        Assert.Equal(RefusalReason.UnknownBlob, gone.Reason);
    }

    /// <summary>A command that does nothing.</summary>
    internal static byte[] Command { get; } =
    [
        0, (byte)'a', (byte)'s', (byte)'m', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 4, 1, 1, 1, 1,
        7, 19, 2, 6, .. "memory"u8, 2, 0, 6, .. "_start"u8, 0, 0, 10, 4, 1, 2, 0, 0x0B,
    ];

    [Fact(Timeout = 300_000)]
    public async Task A_module_that_nobody_would_run_is_refused_once_when_it_is_put_and_when_a_job_names_it()
    {
        await using var node = await TestNode.StartAsync(_directory["a"]);
        byte[] reactor = [.. Command]; // it exports '_Start'
        reactor[Command.AsSpan().IndexOf("_start"u8) + 1] = (byte)'S';
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.PutModuleAsync(reactor, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains("rustc: a bin crate", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.PutModuleAsync(new byte[] { 0, (byte)'a', (byte)'s', (byte)'m', 13, 0, 1, 0 }, Cancel));
        Assert.Contains("wasm32-wasip1", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.PutModuleAsync((byte[])[.. Command, .. new byte[4 << 20]], Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains("-C strip=symbols", refused.Message, StringComparison.Ordinal);

        // One that is in the store all the same, of an older node for example.
        var hash = await node.Context.Options.Blobs.PutAsync(reactor, Cancel);
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(new JobRequest(new Payload.Wasm(hash)) { Policy = Jobs.None }, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.StartsWith($"Payload: module {hash}: The module does not export a function named '_start'", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await node.Client.GetJobsAsync(Cancel)).Open);
    }

    /// <summary>A module of some chunks: a command and a custom section.</summary>
    private static byte[] Wasm()
    {
        const int Size = 2 * BlobProtocol.ChunkBytes;
        byte[] head = [.. Command, 0, (byte)((Size & 0x7F) | 0x80), (byte)(((Size >> 7) & 0x7F) | 0x80), (byte)(Size >> 14), 1, (byte)'x'];
        return [.. head, .. BlobStoreChecks.Bytes(7).Concat(Enumerable.Repeat((byte)5, Size - 2 - 1000))];
    }
}
