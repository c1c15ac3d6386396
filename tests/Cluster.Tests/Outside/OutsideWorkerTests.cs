using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Workers;
using AkkaCompute.Tests.Cluster.Gateway;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>Workers whose keys are outside the cluster, by the WebSocket of a node: drawn, checked, paid and trusted by the same rules.</summary>
public sealed class OutsideWorkerTests : IAsyncLifetime
{
    private static readonly Policy _three = new Policy.Quorum(3, 5); // the third place is a newcomer's

    private readonly TemporaryDirectory _directory = new();
    private TestNode _node = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Uri Url => UrlOf(_gateway);

    internal static Uri UrlOf(GatewayHost gateway) => new($"ws://{gateway.EndPoint}{WorkerDoor.Path}");

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(_directory.Path, settings => settings with { Workers = 4 });
        _gateway = await GatewayFixture.OpenAsync(_node, _directory.Path, options => options with { Workers = new WorkerLimits { Grace = TimeSpan.FromSeconds(3) } });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task It_is_declared_drawn_and_paid_and_the_export_is_true()
    {
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(_node.Context, new ComputeClientOptions { Key = boss });
        await _node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(1_000), Cancel);
        await using var worker = await JoinAsync();
        var request = new JobRequest(Jobs.Echo) { Policy = _three, BundleSize = 4, Price = new Credits(2), Budget = new Credits(2 * 5 * 20) };
        var job = await client.SubmitAsync(request, Cancel);
        await job.AddAsync(Jobs.Numbers(20), Cancel);
        await job.CloseAsync(Cancel);
        Jobs.AssertEchoed(await job.OutcomesAsync(ordered: true, cancel: Cancel).AllAsync(), 20, ordered: true);
        await job.FinishAsync();

        Assert.Equal(5, worker.Answered);
        await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([worker.Id])).Accepted == 20, "its work counts");
        await Wait.EventuallyAsync(async () => (await PaidAsync(worker.Id)).Count == 5, "it has rewarded the boss");
        var report = await AuditAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.True(report.Credits.BalanceOf(worker.Id) > 0);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_liar_decides_nothing_and_the_records_name_it()
    {
        await using var liar = await JoinAsync(result => result with { Output = "wrong"u8.ToArray() });
        Jobs.AssertEchoed(await RunAsync(20), 20, ordered: true);
        await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([liar.Id])).Rejected == 20, "it is rejected");
        Assert.Equal(0, (await _node.EarnedAsync([liar.Id])).Accepted);
        var report = await AuditAsync();
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_connection_that_breaks_in_a_lease_goes_on_where_it_was()
    {
        await using var worker = await JoinAsync();
        var gate = new TaskCompletionSource();
        worker.Before = () => gate.Task;
        var outcomes = RunAsync(8);
        await Wait.EventuallyAsync(() => worker.Started > 0, "it runs a bundle");
        worker.Break();
        gate.SetResult(); // its results are signed while nobody hears them
        await Wait.EventuallyAsync(() => worker.Answered > 0, "it has signed");
        await worker.ReconnectAsync();
        Jobs.AssertEchoed(await outcomes, 8, ordered: true);
        Assert.Equal(1, worker.Begun);
        await Wait.EventuallyAsync(async () => (await _node.EarnedAsync([worker.Id])).Accepted == 8, "its work counts");
    }

    [Fact(Timeout = 300_000)]
    public async Task A_worker_that_is_gone_keeps_nobody_waiting_and_leaves_the_roster()
    {
        await using var worker = await JoinAsync();
        worker.Before = () => Task.Delay(Timeout.Infinite, Cancel);
        var outcomes = RunAsync(8);
        await Wait.EventuallyAsync(() => worker.Started > 0, "it has accepted a lease");
        worker.Break();
        Jobs.AssertEchoed(await outcomes.WaitAsync(Wait.Long, Cancel), 8, ordered: true);
        await Wait.EventuallyAsync(() => _node.Context.Rosters.Current.Find(worker.Id) is null, "it is not in the roster");
        var report = await AuditAsync();
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.Empty(report.Findings);
        var (gateway, gone) = Assert.Single(report.Gone);
        Assert.Equal(_node.Context.NodeKey.NodeId, gateway);
        Assert.InRange(gone, 1, OutsideWorker.Credit); // one that has not begun to run is gone too
    }

    /// <summary>Three accepted leases in a row: it is in no roster for two epochs, and the records say so.</summary>
    [Fact(Timeout = 300_000)]
    [Trait("Category", "Long")]
    public async Task A_worker_that_lets_leases_run_out_rests_and_comes_again()
    {
        await using var worker = await JoinAsync();
        var gate = new TaskCompletionSource();
        worker.Before = () => gate.Task;
        var before = (await AuditAsync()).Kinds.GetValueOrDefault("left");
        var limits = new Limits(1_000_000, 1 << 20, 1_024, 1_024, TimeSpan.FromSeconds(1)); // with the slack, leases of 16 s
        var outcomes = _node.Client.MapAsync(new JobRequest(Jobs.Echo) { Policy = _three, BundleSize = 1, Limits = limits }, Jobs.Numbers(4), cancel: Cancel).AllAsync();
        await Wait.EventuallyAsync(() => worker.Started >= 3, "it has accepted three leases");
        Jobs.AssertEchoed(await outcomes.WaitAsync(Wait.Long, Cancel), 4, ordered: true);
        await Wait.EventuallyAsync(async () => (await AuditAsync()).Kinds.GetValueOrDefault("left") > before, "a record has it no more");
        gate.SetResult();
        await Wait.EventuallyAsync(() => CanBeDrawn(worker.Id), "it is there again");
        var report = await AuditAsync();
        Assert.Equal(AuditVerdict.True, report.Verdict);
        Assert.Empty(report.Findings);
        Assert.Empty(report.Gone); // it was there all the time
    }

    /// <summary>A newcomer: what is for the trusted, or for the cluster's own, it never sees.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData(Audience.Trusted)]
    [InlineData(Audience.Cluster)]
    public async Task A_job_that_is_not_for_anyone_is_not_for_it(Audience audience)
    {
        await using var worker = await JoinAsync();
        var request = new JobRequest(Jobs.Echo) { Policy = _three, BundleSize = 4, Audience = audience };
        var outcomes = await _node.Client.MapAsync(request, Jobs.Numbers(12), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 12, ordered: true);
        Assert.Equal((0, 0), (worker.Started, worker.Answered));
        var report = await AuditAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(AuditVerdict.True, report.Verdict);
    }

    /// <summary>It has not said that it takes blobs: what may need them goes to others, and all else to it.</summary>
    [Fact(Timeout = 300_000)]
    [Trait("Category", "Long")]
    public async Task A_worker_that_takes_no_blobs_is_given_no_bundle_that_may_need_them()
    {
        await using var worker = await JoinAsync();
        ReadOnlyMemory<byte>[] inputs = [Large.Bytes(1, 100_000), Jobs.Text("small")];
        var request = new JobRequest(Jobs.Echo) { Policy = _three, Limits = Large.Limits };
        var outcomes = await _node.Client.MapAsync(request, inputs, cancel: Cancel).AllAsync();
        Assert.All(outcomes, outcome => Assert.True(outcome.Output.Span.SequenceEqual(inputs[outcome.Task].Span), outcome.Explain()));
        Assert.Equal(0, worker.Answered);
        Jobs.AssertEchoed(await RunAsync(8), 8, ordered: true);
        Assert.True(worker.Answered > 0);
    }

    private async Task<OutsideWorker> JoinAsync(Func<TaskResult, TaskResult>? lie = null)
    {
        var worker = await OutsideWorker.JoinAsync(Url, TestNode.Kernels(), lie);
        await Wait.EventuallyAsync(() => CanBeDrawn(worker.Id), "it can be drawn");
        return worker;
    }

    private bool CanBeDrawn(NodeId id)
    {
        var roster = _node.Context.Rosters.Current;
        return roster.Find(id) is { } member && member.CanBeDrawn(roster.Epoch);
    }

    private Task<List<Outcome>> RunAsync(int tasks) =>
        _node.Client.MapAsync(new JobRequest(Jobs.Echo) { Policy = _three, BundleSize = 4 }, Jobs.Numbers(tasks), cancel: Cancel).AllAsync();

    /// <summary>The pay of each reward in its chains.</summary>
    private async Task<IReadOnlyList<long>> PaidAsync(NodeId worker)
    {
        var page = (ChainProtocol.EntryPage)await _node.AskAsync(new ChainProtocol.GetEntries(worker, 0, 1_000));
        return [.. page.Entries.Select(bytes => Entry.TryParse(bytes.Span, out var entry, out _) ? entry.Claims : null).OfType<Reward>().Select(reward => reward.Pay)];
    }

    private async Task<AuditReport> AuditAsync() =>
        ExportTests.Audit(await ExportTests.ExportAsync(_node), TrustedParty.Of([_node.Context.Options.NodeKey.Public]));
}
