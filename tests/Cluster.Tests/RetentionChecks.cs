using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Jobs.Retention;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What becomes of a job that finished long ago, whichever database it is in.</summary>
internal static class RetentionChecks
{
    private const string Marker = "an input that nobody needs any more: ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Its boss hears so, its inputs and outcomes are gone, though that was interrupted, and the export is as it was.</summary>
    public static async Task OutlivesAsync(string path, Func<NodeSettings, NodeSettings> settings)
    {
        JobRequest old;
        using var key = KeyPair.Generate();
        byte[] before;
        Hash256 blob;
        (long, long) earned;
        await using (var node = await StartAsync(path, settings, retain: null))
        {
            await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = key });
            old = Request(client, "old");
            blob = await node.Context.Options.Blobs.PutAsync(BlobStoreChecks.Bytes(1), Cancel);
            Assert.True(await node.Context.Options.Blobs.ReferAsync(blob, old.Id!.Value, node.Client.Boss, Cancel));
            await RunAsync(client, old);
            await RunAsync(client, Request(client, "other"));
            before = await ExportTests.ExportAsync(node);
            earned = await node.EarnedAsync(node.Workers);
            Assert.True(earned.Item1 > 0);
            Assert.True(await RowsAsync(node, old.Id.Value, Marker) > 0);
        }

        Interrupted? interrupted = null;
        await using (var node = await StartAsync(
            path, settings, retain: TimeSpan.FromSeconds(1), options => options with { StoredEvents = interrupted = new Interrupted(options.StoredEvents!) }))
        {
            await Wait.EventuallyAsync(async () => (await AskAsync(node, old.Id!.Value))?.Reason == RefusalReason.Forgotten, "the job says that it is forgotten");
            await Wait.EventuallyAsync(
                async () => (await new FinishedJobs(node.Context.Options.StoredEvents!, node.Context.System).BeforeAsync(DateTimeOffset.MaxValue, Cancel)).Count == 0,
                "both jobs are erased");
            var refused = await AskAsync(node, old.Id!.Value);
            Assert.StartsWith($"Job {old.Id} finished more than 1s ago, at ", refused!.Message, StringComparison.Ordinal);
            var why = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.Job(old.Id.Value).OutcomesAsync(ordered: true, cancel: Cancel).AllAsync());
            Assert.Contains("was forgotten", why.Message, StringComparison.Ordinal);
            Assert.Equal(RefusalReason.UnknownJob, (await AskAsync(node, new JobId(Hash256.Of("nobody's"u8))))!.Reason);

            // The same job again is not a new one.
            Assert.Equal(RefusalReason.Forgotten, (await SubmitAsync(node, BossProtocol.SubmitJob.Sign(key, old.ToSpec(key.NodeId)))).Reason);

            Assert.Equal(1, interrupted!.Failures);
            Assert.Equal(0, await RowsAsync(node, old.Id.Value, Marker));
            Assert.True(await RowsAsync(node, old.Id.Value, "") > 5); // each event has its place yet
            Assert.Equal(1, await node.Context.Options.Blobs.CollectAsync(TimeProvider.System.GetUtcNow().AddDays(1), Cancel));
            Assert.False(await node.Context.Options.Blobs.ContainsAsync(blob, Cancel));
            Assert.Equal(earned, await node.EarnedAsync(node.Workers));

            // Line by line as it was, and more after it.
            await Wait.EventuallyAsync(async () =>
            {
                var after = await ExportTests.ExportAsync(node);
                Assert.Equal(before, after[..before.Length]);
                var report = ExportTests.Audit(after, TrustedParty.Of([node.Context.Options.NodeKey.Public]));
                Assert.Empty(report.Findings);
                if (report.Verdict == AuditVerdict.Unvouched) // the last epoch is degraded, as the first of a new start may be: another one vouches for it
                    await RunAsync(node.Client, Request(node.Client, $"more {after.Length}"));
                return report.Verdict == AuditVerdict.True;
            }, "the export is true to its end");
        }

        // And a node that starts on what is left goes on.
        await using (var node = await StartAsync(path, settings, retain: null))
        {
            Assert.Equal(RefusalReason.Forgotten, (await AskAsync(node, old.Id.Value))!.Reason);
            await using var client = ComputeClient.Of(node.Context);
            await RunAsync(client, Request(client, "new"));
            Assert.Empty(ExportTests.Audit(await ExportTests.ExportAsync(node), null).Findings);
        }
    }

    public static Task<TestNode> StartAsync(
        string path, Func<NodeSettings, NodeSettings> settings, TimeSpan? retain, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null) =>
        TestNode.StartAsync(
            path, defaults => settings(defaults) with { RetainJobs = retain },
            configure: options =>
            {
                options = options with { RetentionSweepEvery = TimeSpan.FromMilliseconds(100) };
                return configure?.Invoke(options) ?? options;
            });

    public static JobRequest Request(ComputeClient client, string name) => new(Jobs.Echo)
    {
        Id = JobId.Of(client.Boss, Encoding.UTF8.GetBytes(name)), Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = 4,
    };

    public static async Task RunAsync(ComputeClient client, JobRequest request)
    {
        var outcomes = await client.MapAsync(request, Enumerable.Range(0, 20).Select(i => Jobs.Text($"{Marker}{i}")), cancel: Cancel).AllAsync();
        Assert.All(outcomes, outcome => Assert.StartsWith(Marker, Jobs.Text(outcome.Output), StringComparison.Ordinal));
        await client.Job(request.Id!.Value).FinishAsync();
    }

    /// <summary>Null where the job is there.</summary>
    public static async Task<Refused?> AskAsync(TestNode node, JobId job) => await node.AskAsync(new JobProtocol.GetJob(job)) as Refused;

    private static async Task<Refused> SubmitAsync(TestNode node, BossProtocol.SubmitJob submit) =>
        Assert.IsType<Refused>(await node.AskAsync(submit));

    /// <summary>Events of a job that have a text in them.</summary>
    private static async Task<int> RowsAsync(TestNode node, JobId job, string text)
    {
        var (rows, bytes) = (0, Encoding.UTF8.GetBytes(text));
        await node.Context.Options.StoredEvents!.RewriteAsync(
            $"job-{job}",
            stored =>
            {
                rows += stored.Bytes.AsSpan().IndexOf(bytes) >= 0 ? 1 : 0;
                return null;
            },
            Cancel);
        return rows;
    }

    /// <summary>The database fails once, in the middle of a job.</summary>
    private sealed class Interrupted(IStoredEvents inner) : IStoredEvents
    {
        private int _rewritten;

        public int Failures { get; private set; }

        public Task<long> EndAsync(CancellationToken cancel) => inner.EndAsync(cancel);

        public Task<IReadOnlyList<StoredMark>> FindAsync(int serializer, string manifest, long after, int most, CancellationToken cancel) =>
            inner.FindAsync(serializer, manifest, after, most, cancel);

        public Task RewriteAsync(string persistenceId, Func<StoredEvent, StoredEvent?> rewrite, CancellationToken cancel) => inner.RewriteAsync(
            persistenceId,
            stored =>
            {
                if (++_rewritten != 4)
                    return rewrite(stored);
                Failures++;
                throw new IOException("The disk was pulled out.");
            },
            cancel);
    }
}
