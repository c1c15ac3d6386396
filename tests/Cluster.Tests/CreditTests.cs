using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Audit.Folds;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Ledger.AccountProtocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Jobs that cost something: who is paid, what comes back, and that nothing is made or lost.</summary>
public sealed class CreditTests : IDisposable
{
    private const int Tasks = 60, Price = 3, Issued = 10_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _boss = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _boss.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task Workers_are_paid_for_what_was_accepted_and_the_rest_comes_back()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = await RichAsync(node);
        var request = Request("paid"u8, new Policy.Quorum(2, 5));
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
        var end = await client.Job(request.Id!.Value).FinishAsync();

        foreach (var worker in end.Workers)
            Assert.Equal(Price * worker.Accepted, (await BalanceAsync(node, worker.Worker)).Free.Amount);
        Assert.Equal(new Balance(_boss.NodeId, new Credits(Issued - (Price * 2 * Tasks)), Credits.Zero), await BalanceAsync(node, _boss.NodeId));
        Assert.Equal(Credits.Zero, (await BalanceAsync(node, Pool)).Free);
        await AssertConservedAsync(node, Issued);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_liars_are_not_paid_goes_to_the_pool_and_not_back_to_the_boss()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, wrap: (number, sandbox) => number == 0 ? new TestSandbox(sandbox) { After = Lie } : sandbox);
        await using var client = await RichAsync(node);
        var request = Request("lies"u8, new Policy.Quorum(3, 5));
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
        var end = await client.Job(request.Id!.Value).FinishAsync();
        Assert.Contains(end.Workers, worker => worker.Rejected > 0);

        Assert.Equal(Price * end.Workers.Sum(worker => worker.Rejected), (await BalanceAsync(node, Pool)).Free.Amount);
        Assert.Equal(Issued - (Price * end.Executions), (await BalanceAsync(node, _boss.NodeId)).Free.Amount);
        await AssertConservedAsync(node, Issued);
    }

    [Fact(Timeout = 300_000)]
    public async Task Without_credits_nothing_is_done_and_nothing_is_held()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
        var request = Request("poor"u8, new Policy.Quorum(2, 5));
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync());
        Assert.Equal(RefusalReason.TooFewCredits, refused.Reason);
        Assert.Contains("0 are free", refused.Message, StringComparison.Ordinal);
        await AssertConservedAsync(node, 0);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_budget_below_the_worst_case_is_refused_by_name()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = await RichAsync(node);
        var request = Request("cheap"u8, new Policy.Quorum(2, 5)) with { Budget = new Credits((Price * 5 * Tasks) - 1) };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync());
        Assert.Equal(RefusalReason.TooLarge, refused.Reason);
        Assert.Contains("Budget", refused.Message, StringComparison.Ordinal);
        await client.Job(request.Id!.Value).CancelAsync(Cancel);
        await client.Job(request.Id!.Value).FinishAsync();
        Assert.Equal(new Balance(_boss.NodeId, new Credits(Issued), Credits.Zero), await BalanceAsync(node, _boss.NodeId));
        await AssertConservedAsync(node, Issued);
    }

    private JobRequest Request(ReadOnlySpan<byte> name, Policy.Quorum policy) => new(Jobs.Echo)
    {
        Id = JobId.Of(_boss.NodeId, name), Policy = policy, BundleSize = 5, Limits = Jobs.Short, Price = new Credits(Price),
        Budget = new Credits(Price * policy.Most * Tasks),
    };

    private async Task<ComputeClient> RichAsync(TestNode node)
    {
        await node.Context.Issuer().IssueAsync(_boss.NodeId, Hash256.Of("first"u8), new Credits(Issued), Cancel);
        return ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
    }

    private static async Task<Balance> BalanceAsync(TestNode node, NodeId id) => Assert.IsType<Balance>(await node.AskAsync(new GetBalance(id)));

    private static async Task AssertConservedAsync(TestNode node, long issued)
    {
        var check = Assert.IsType<CreditsChecked>(await node.AskAsync(new CheckCredits()));
        Assert.Equal((null, issued, issued, 0L, 0), (check.Violation, check.Issued, check.Free, check.InEscrow, check.Escrows));
    }

    private static TaskResult Lie(TaskResult result) => result with { Output = "lie"u8.ToArray() };
}
