using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Jobs that state their error rate, with liars among the trusted, and what is on record of them.</summary>
public sealed class CredibilityTests : IDisposable
{
    private const int Price = 2;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    /// <summary>Both tell one lie: of two nobody can be ahead of seven by four.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Colluders_push_no_lie_through_and_the_audit_agrees()
    {
        const int Tasks = 200, Liars = 2;
        var policy = new Policy.Credibility(0.01m, 0.2m, 1);
        Assert.Equal(4, policy.Lead);
        await using var node = await StartAsync(Liars, (result, _) => result with { Output = Jobs.Text("the lie") });
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        var request = new JobRequest(Jobs.Echo) { Policy = policy, Draw = DrawMode.Next, BundleSize = 4, Id = JobId.Of(boss.NodeId, "pushed"u8) };
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
        var end = await client.Job(request.Id.Value).FinishAsync();
        Assert.InRange(end.Executions, 4 * Tasks, 9 * Tasks);
        Assert.Equal(Liars, end.Workers.Count(worker => worker.Rejected > 0));
        Assert.All(end.Workers, worker => Assert.True(worker.Accepted == 0 || worker.Rejected == 0));

        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), null);
        Assert.Empty(report.Findings);
        Assert.Equal(end.Executions / 4, report.Kinds["accept"] + report.Kinds["reject"]);
    }

    /// <summary>Each of four liars has a lie of its own, and three executions decide little: some tasks are unsure, which is said, and paid.</summary>
    [Fact(Timeout = 300_000)]
    public async Task What_is_unsure_is_said_and_paid()
    {
        const int Tasks = 80, Issued = 10_000;
        await using var node = await StartAsync(4, (result, number) => result with { Output = Jobs.Text($"lie {number}") });
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        await node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(Issued), Cancel);
        var policy = new Policy.Credibility(0.1m, 0.2m, 1, 3);
        var request = new JobRequest(Jobs.Echo)
        {
            Policy = policy, Draw = DrawMode.Next, BundleSize = 1, Id = JobId.Of(boss.NodeId, "unsure"u8),
            Price = new Credits(Price), Budget = new Credits(Price * policy.Most * Tasks),
        };
        var outcomes = await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync();
        Assert.Equal(Tasks, outcomes.Count);
        foreach (var (outcome, i) in outcomes.Select((outcome, i) => (outcome, i)))
        {
            if (outcome.Status == OutcomeStatus.Unsure)
                Assert.Contains("credibility(0.1, 0.2, 1, 3): no result is sure enough", outcome.Explain(), StringComparison.Ordinal);
            else
                Assert.Equal($"{i}", Jobs.Text(outcome.Output));
        }
        var unsure = outcomes.Count(outcome => outcome.Status == OutcomeStatus.Unsure);
        Assert.InRange(unsure, 1, Tasks - 1);
        var end = await client.Job(request.Id.Value).FinishAsync();
        Assert.Equal(unsure, end.Failed);
        var rejected = end.Workers.Sum(worker => worker.Rejected);

        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), null);
        Assert.Empty(report.Findings);
        Assert.Equal(Price * (end.Executions - rejected), (long)report.Credits.Paid);
        Assert.Equal(Price * rejected, (long)report.Credits.BalanceOf(AccountProtocol.Pool));
        Assert.Equal(Issued - (Price * end.Executions), (long)report.Credits.BalanceOf(boss.NodeId));
        Assert.True(report.Credits.IsConserved);
    }

    [Fact(Timeout = 300_000)]
    public async Task Too_few_trusted_strangers_are_refused_at_once()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted("kernel:echo@1") == 5, "the workers can be drawn");
        var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Credibility(0.001m), Draw = DrawMode.Next };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Equal(RefusalReason.TooFewWorkers, refused.Reason);
        Assert.Contains("credibility(0.001, 0.2) wants 7 trusted workers for 'kernel:echo@1'; 5 are there.", refused.Message, StringComparison.Ordinal);
    }

    private async Task<TestNode> StartAsync(int liars, Func<TaskResult, int, TaskResult> lie)
    {
        var node = await TestNode.StartAsync(
            _directory.Path,
            settings => settings with { Workers = 9 },
            (number, sandbox) => number < liars ? new TestSandbox(sandbox) { After = result => lie(result, number) } : sandbox,
            options => options with { RevealWait = Wait.Long });
        await Wait.EventuallyAsync(() => node.Context.Rosters.Current.CountTrusted("kernel:echo@1") == 9, "the workers can be drawn");
        return node;
    }
}
