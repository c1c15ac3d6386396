using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Tests.Cluster;

/// <summary>C-nodes that change their keys while they work: their results are believed on, and the audit of it all is true.</summary>
public sealed class RotationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Rotated_workers_are_believed_by_the_next_job_and_after_a_restart()
    {
        for (var run = 0; run < 2; run++)
        {
            await using var node = await TestNode.StartAsync(_directory.Path);
            using var refused = new Counted(node, "akkacompute.results.refused");
            if (run == 0)
            {
                foreach (var worker in node.Workers)
                    Assert.Null(await ComputeNode.ChangeKeyAsync(node.Context, worker, revoke: false, Cancel));
            }
            await Wait.EventuallyAsync(
                () => node.Workers.All(worker => node.Context.Rosters.Current.Find(worker)?.Key is not null), "the roster has their new keys");
            await RunAsync(node, run);
            foreach (var worker in node.Workers)
            {
                var entries = await ChainTests.ReadAsync(node, 0, worker);
                var rotate = Assert.Single(entries, entry => entry.Claims is Rotate);
                var key = ((Rotate)rotate.Claims).Key;
                Assert.Equal(key, node.Context.Rosters.Current.Find(worker)!.Key);
                Assert.All(entries.Where(entry => entry.Claims is Result), result => Assert.True(result.Verify(key)));
            }
            await AssertTrueAsync(node);
            Assert.Equal(0, refused.Total);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_that_runs_meanwhile_asks_others_and_refuses_nothing()
    {
        var started = new SemaphoreSlim(0);
        var slow = new TestKernel("slow", async (input, cancel) =>
        {
            started.Release();
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
            return input;
        });
        await using var node = await TestNode.StartAsync(_directory.Path, wrap: (_, _) => TestNode.Kernels(slow));
        using var refused = new Counted(node, "akkacompute.results.refused");
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted(slow.Payload.Capability) == 5, "the workers can be drawn");
        var request = new JobRequest(slow.Payload) { Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = 2 };
        var outcomes = node.Client.MapAsync(request, Jobs.Numbers(80), cancel: Cancel).AllAsync();
        for (var i = 0; i < 3; i++)
            Assert.True(await started.WaitAsync(Wait.Long, Cancel));
        Assert.Null(await ComputeNode.ChangeKeyAsync(node.Context, node.Workers[0], revoke: false, Cancel));
        Assert.Null(await ComputeNode.ChangeKeyAsync(node.Context, node.Workers[1], revoke: true, Cancel));
        Assert.False(outcomes.IsCompleted);
        Jobs.AssertEchoed(await outcomes, 80, ordered: true);
        Assert.Equal(0, refused.Total);
        // It declined what older rosters had drawn it for, and works for the next job.
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.Find(node.Workers[0])?.Key is not null, "the roster has its new key");
        await RunAsync(node, 1);
        await AssertTrueAsync(node);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_boss_goes_on_with_the_next_key_of_its_file()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var options = new ComputeClientOptions { KeyFile = Path.Combine(_directory.Path, "boss.key") };
        NodeId boss;
        KeyPair? old = null;
        await using (var client = ComputeClient.Of(node.Context, options))
        {
            boss = client.Boss;
            Assert.Contains("has not declared itself", (await Assert.ThrowsAsync<ComputeRefusedException>(() => client.RotateKeyAsync(Cancel))).Message, StringComparison.Ordinal);
            await RunAsync(client, "first");
            await node.Context.Issuer().IssueAsync(boss, Hash256.Of("first"u8), new Credits(1_000), Cancel);
            var closed = await SubmitAsync(client, "closed", 40, last: true);
            var open = await SubmitAsync(client, "open", 40, last: false, price: 2);
            var before = File.ReadAllBytes(options.KeyFile);
            await client.RotateKeyAsync(Cancel);
            old = KeyPair.FromSeed(before);
            Assert.NotEqual(before, File.ReadAllBytes(options.KeyFile));
            await RunAsync(client, "second");
            // Its delegate goes on; its boss's old key signs no more pages.
            Jobs.AssertEchoed(await closed.OutcomesAsync(ordered: true, cancel: Cancel).AllAsync(), 40, ordered: true);
            await open.AddAsync(Jobs.Numbers(4), Cancel);
            await open.FinishAsync();
            Assert.Equal(44, (await open.GetAsync(Cancel)).Progress.Tasks);
            Assert.Equal(40, (await open.OutcomesAsync(ordered: true, cancel: Cancel).AllAsync()).Count);
        }
        // As after a crash between the chain and the file: the second rotation is in the chain, and its files are as before it.
        var files = Directory.GetFiles(_directory.Path, "boss*").ToDictionary(file => file, File.ReadAllBytes);
        await using (var client = ComputeClient.Of(node.Context, options))
        {
            await client.RotateKeyAsync(Cancel);
            File.Move(Path.Combine(_directory.Path, "boss.next.key"), Path.Combine(_directory.Path, "boss.after.key"));
        }
        foreach (var (file, bytes) in files)
            File.WriteAllBytes(file, bytes);
        await using (var client = ComputeClient.Of(node.Context, options))
        {
            Assert.Equal(boss, client.Boss);
            await RunAsync(client, "fourth");
            await client.RotateKeyAsync(Cancel);
            await RunAsync(client, "fifth");
        }
        using (old)
        {
            await using var stale = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = old });
            var refusal = await Assert.ThrowsAsync<ComputeRefusedException>(() => RunAsync(stale, "sixth"));
            Assert.Contains($"The key of {boss} was replaced by", refusal.Message, StringComparison.Ordinal);
        }
        // The job that was cut off has paid for what was decided, and settled the rest.
        var credits = (await AssertTrueAsync(node)).Credits;
        Assert.Equal((0, 0), (credits.Held, credits.Jobs));
        Assert.InRange(credits.Paid, 2 * 2 * 40, 2 * 4 * 40);
        var account = await node.Context.Account.Ask<AccountProtocol.Balance>(new AccountProtocol.GetBalance(boss), Wait.Long, Cancel);
        Assert.Equal((1_000 - credits.Paid, 1_000 - credits.Paid), (account.Free.Amount, credits.BalanceOf(boss)));
    }

    private static async Task RunAsync(TestNode node, int number)
    {
        await using var client = ComputeClient.Of(node.Context);
        await RunAsync(client, $"run {number}");
    }

    private static JobRequest Request(ComputeClient client, string name) => new(Jobs.Echo)
    {
        Id = JobId.Of(client.Boss, System.Text.Encoding.UTF8.GetBytes(name)), Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = 4,
    };

    private static async Task<ComputeJob> SubmitAsync(ComputeClient client, string name, int tasks, bool last, int price = 0)
    {
        var job = await client.SubmitAsync(Request(client, name) with { Price = new Credits(price), Budget = new Credits(price * 4 * (tasks + 4)) }, Cancel);
        await job.AddAsync(Jobs.Numbers(tasks), Cancel);
        if (last)
            await job.CloseAsync(Cancel);
        await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Decided == tasks, "its tasks are decided");
        return job;
    }

    private static async Task RunAsync(ComputeClient client, string name)
    {
        var request = Request(client, name);
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(40), cancel: Cancel).AllAsync(), 40, ordered: true);
        var workers = (await client.Job(request.Id!.Value).FinishAsync()).Workers;
        Assert.True(workers.Sum(worker => worker.Accepted) >= 80);
        Assert.Equal(0, workers.Sum(worker => worker.Rejected));
    }

    private static async Task<AuditReport> AssertTrueAsync(TestNode node)
    {
        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), TrustedParty.Of([node.Context.Options.NodeKey.Public]));
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
        return report;
    }
}
