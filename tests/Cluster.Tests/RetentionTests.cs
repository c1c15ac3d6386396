using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Audit;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A job that finished long ago is forgotten: its boss hears so, its inputs and outcomes are gone, and the audit of all is as it was.</summary>
public sealed class RetentionTests : IDisposable
{
    private const string Marker = "an input that nobody needs any more: ";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 180_000)]
    public async Task What_audits_need_outlives_a_forgotten_job()
    {
        var path = _directory["node"];
        JobRequest old;
        NodeId boss;
        byte[] before;
        Hash256 blob;
        (long, long) earned;
        await using (var node = await StartAsync(path, retain: null))
        {
            await using var client = ComputeClient.Of(node.Context);
            (boss, old) = (client.Boss, Request(client, "old"));
            blob = await node.Context.Options.Blobs.PutAsync(BlobStoreChecks.Bytes(1), Cancel);
            Assert.True(await node.Context.Options.Blobs.ReferAsync(blob, old.Id!.Value, Cancel));
            await RunAsync(client, old);
            await RunAsync(client, Request(client, "other"));
            before = await ExportTests.ExportAsync(node);
            earned = await node.EarnedAsync(node.Workers);
            Assert.True(earned.Item1 > 0);
        }
        Assert.True(Rows(path, old.Id!.Value, Marker) > 0);

        await using (var node = await StartAsync(path, retain: TimeSpan.FromSeconds(1)))
        {
            await Wait.EventuallyAsync(async () => (await AskAsync(node, old.Id!.Value))?.Reason == RefusalReason.Forgotten, "the job says that it is forgotten");
            await Wait.EventuallyAsync(
                async () => (await node.Context.Options.JobEnds!.ListAsync(DateTimeOffset.MaxValue, 10, Cancel)).Count == 0, "both jobs are erased");
            var refused = await AskAsync(node, old.Id!.Value);
            Assert.StartsWith($"Job {old.Id} finished more than 1s ago, at ", refused!.Message, StringComparison.Ordinal);
            var why = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.Job(old.Id.Value).OutcomesAsync(ordered: true, cancel: Cancel).AllAsync());
            Assert.Contains("was forgotten", why.Message, StringComparison.Ordinal);
            Assert.Equal(RefusalReason.UnknownJob, (await AskAsync(node, new JobId(Hash256.Of("nobody's"u8))))!.Reason);

            // The same job again is not a new one.
            Assert.Equal(RefusalReason.Forgotten, (await SubmitAsync(node, old.ToSpec(boss))).Reason);

            Assert.Equal(0, Rows(path, old.Id.Value, Marker));
            Assert.Equal(1, await node.Context.Options.Blobs.CollectAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancel));
            Assert.False(await node.Context.Options.Blobs.ContainsAsync(blob, Cancel));
            Assert.Equal(earned, await node.EarnedAsync(node.Workers));

            // Line by line as it was, and more after it.
            var after = await ExportTests.ExportAsync(node);
            Assert.Equal(before, after[..before.Length]);
            var report = ExportTests.Audit(after, TrustedParty.Of([node.Context.Options.NodeKey.Public]));
            Assert.Empty(report.Findings);
            Assert.Equal(AuditVerdict.True, report.Verdict);
        }

        // And a node that starts on what is left goes on.
        await using (var node = await StartAsync(path, retain: null))
        {
            Assert.Equal(RefusalReason.Forgotten, (await AskAsync(node, old.Id.Value))!.Reason);
            await using var client = ComputeClient.Of(node.Context);
            await RunAsync(client, Request(client, "new"));
            Assert.Empty(ExportTests.Audit(await ExportTests.ExportAsync(node), null).Findings);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_job_that_runs_or_ended_lately_is_not_forgotten()
    {
        await using var node = await StartAsync(_directory["node"], retain: TimeSpan.FromHours(1));
        await using var client = ComputeClient.Of(node.Context);
        var done = Request(client, "done");
        await RunAsync(client, done);
        var open = await client.SubmitAsync(Request(client, "open"), Cancel);
        // Even where its end was noted, as by a node that crashed before it wrote the job's last event.
        await node.Context.Options.JobEnds!.NoteAsync(new JobEnd(open.Id, TimeProvider.System.GetUtcNow().AddDays(-1)), Cancel);
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(200, Cancel); // some sweeps
            Assert.Null(await AskAsync(node, done.Id!.Value));
            Assert.Null(await AskAsync(node, open.Id));
        }
        Assert.Equal(2, (await node.Context.Options.JobEnds.ListAsync(DateTimeOffset.MaxValue, 10, Cancel)).Count);
        await open.CancelAsync(Cancel);
    }

    private static Task<TestNode> StartAsync(string path, TimeSpan? retain) => TestNode.StartAsync(
        path, settings => settings with { RetainJobs = retain }, configure: options => options with { RetentionSweepEvery = TimeSpan.FromMilliseconds(100) });

    private static JobRequest Request(ComputeClient client, string name) => new(Jobs.Echo)
    {
        Id = JobId.Of(client.Boss, System.Text.Encoding.UTF8.GetBytes(name)), Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = 4,
    };

    private static async Task RunAsync(ComputeClient client, JobRequest request)
    {
        var outcomes = await client.MapAsync(request, Enumerable.Range(0, 20).Select(i => Jobs.Text($"{Marker}{i}")), cancel: Cancel).AllAsync();
        Assert.All(outcomes, outcome => Assert.StartsWith(Marker, Jobs.Text(outcome.Output), StringComparison.Ordinal));
        await client.Job(request.Id!.Value).FinishAsync();
    }

    /// <summary>Null where the job is there.</summary>
    private static async Task<Refused?> AskAsync(TestNode node, JobId job) => await node.AskAsync(new JobProtocol.GetJob(job)) as Refused;

    private static async Task<Refused> SubmitAsync(TestNode node, JobSpec spec) =>
        Assert.IsType<Refused>(await node.AskAsync(new BossProtocol.SubmitJob(spec)));

    /// <summary>Events of a job that have a text in them.</summary>
    private static long Rows(string path, JobId job, string text)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(path, "journal.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal WHERE persistence_id = @id AND instr(message, CAST(@text AS BLOB)) > 0";
        command.Parameters.AddWithValue("@id", $"job-{job}");
        command.Parameters.AddWithValue("@text", text);
        return (long)command.ExecuteScalar()!;
    }
}
