using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Verification;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>A worker that takes leases and never answers: it costs its boss one lease time, and earns nothing.</summary>
public sealed class SilentWorkerTests : IDisposable
{
    private const long Price = 3, Issued = 1_000;
    private const int Tasks = 4;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task The_next_rank_is_asked_and_its_expiry_and_its_place_are_on_record()
    {
        var lease = TimeSpan.FromSeconds(8); // so that nobody else is late on a busy machine
        var silent = -1;
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await TestNode.StartAsync(
            _directory.Path, settings => settings with { Slots = 8 },
            (number, sandbox) => new TestSandbox(sandbox) { Before = (_, _) => BeforeAsync(number) },
            options => options with { Job = options.Job with { Dispatch = new DispatchOptions { LeaseSlack = lease, LongestLease = lease } } });
        try
        {
            await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted("kernel:echo@1") == 5, "the workers can be drawn");
            using var boss = KeyPair.Generate();
            await node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(Issued), Cancel);
            await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
            var request = new JobRequest(Jobs.Echo)
            {
                Id = JobId.Of(boss.NodeId, "silent"u8), Policy = new Policy.Quorum(2, 4), Draw = DrawMode.Next, BundleSize = Tasks, Limits = Jobs.Short,
                Price = new Credits(Price), Budget = new Credits(Price * 4 * Tasks),
            };
            var started = TimeProvider.System.GetTimestamp();
            Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
            Assert.True(TimeProvider.System.GetElapsedTime(started) >= lease, "nobody was waited for");
            var progress = await client.Job(request.Id!.Value).FinishAsync();

            var holder = node.Workers[silent];
            Assert.DoesNotContain(progress.Workers, worker => worker.Worker == holder);
            Assert.Equal(2 * Tasks, progress.Workers.Sum(worker => worker.Accepted));
            Assert.Equal((0L, 0L), await node.EarnedAsync([holder]));
            Assert.Equal(Credits.Zero, (await BalanceAsync(node, holder)).Free);
            Assert.Equal(Issued - (2 * Price * Tasks), (await BalanceAsync(node, boss.NodeId)).Free.Amount);
            var expired = Assert.Single(await ChainTests.ReadAsync(node, 0, boss.NodeId), entry => entry.Claims is Expired);
            Assert.Equal((holder, 0L, 0), (((Expired)expired.Claims).Worker, ((Expired)expired.Claims).Bundle, ((Expired)expired.Claims).Attempt));

            // Two places were drawn, and one of them has earned: who came in the silent one's place was not drawn for it.
            Assert.Equal(2, (await AuditAsync(node, boss.NodeId)).PlacesDrawn);
            Assert.Empty((await AuditAsync(node, holder)).Entries);
            var earned = new List<long>();
            foreach (var worker in progress.Workers)
                earned.Add((await AuditAsync(node, worker.Worker)).Entries.Sum(entry => entry.Weight));
            Assert.Single(earned, weight => weight > 0);
        }
        finally
        {
            end.TrySetResult();
        }

        async ValueTask BeforeAsync(int number)
        {
            if (Interlocked.CompareExchange(ref silent, number, -1) == -1 || Volatile.Read(ref silent) == number)
                await end.Task;
        }
    }

    private static async Task<AccountProtocol.Balance> BalanceAsync(TestNode node, NodeId id) =>
        Assert.IsType<AccountProtocol.Balance>(await node.AskAsync(new AccountProtocol.GetBalance(id)));

    private static async Task<Explanation> AuditAsync(TestNode node, NodeId explain)
    {
        var auditor = new Auditor(explain: explain);
        Assert.Empty(ExportReader.Audit(new MemoryStream(await ExportTests.ExportAsync(node)), auditor, null, Cancel).Findings);
        return auditor.Explanation!;
    }
}
