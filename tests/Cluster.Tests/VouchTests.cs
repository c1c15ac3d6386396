using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What was done, and what is recorded of it, agree: for the honest and for those who lie.</summary>
public sealed class VouchTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Liars_change_no_outcome_and_their_lies_are_counted()
    {
        const int Tasks = 800, Liars = 3;
        await using var node = await TestNode.StartAsync(
            _directory.Path,
            settings => settings with { Workers = 9 },
            (number, sandbox) => number < Liars ? new TestSandbox(sandbox) { After = result => Lie(result, number) } : sandbox);
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "lies"u8), Policy = new Policy.Quorum(3, 7), BundleSize = 4 };
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);

        var end = await client.Job(request.Id!.Value).FinishAsync();
        Assert.Equal(0, end.Failed);
        Assert.Equal(Tasks * 3, end.Workers.Sum(worker => worker.Accepted));
        Assert.Equal(end.Executions, end.Workers.Sum(worker => worker.Accepted + worker.Rejected));
        for (var number = 0; number < node.Workers.Count; number++)
        {
            var tally = end.Workers.Single(worker => worker.Worker == node.Workers[number]);
            var reputation = await client.GetReputationAsync(node.Workers[number], Cancel);
            Assert.Equal((tally.Accepted, tally.Rejected), (reputation.Worker.Accepted, reputation.Worker.Rejected));
            Assert.Equal(0, reputation.Boss.Vouches);
            Assert.Equal(number < Liars, tally.Accepted == 0);
            Assert.Equal(number < Liars, tally.Rejected > 0);
        }
        await AssertVouchesAgreeAsync(node, boss.NodeId, end);
    }

    [Fact(Timeout = 300_000)]
    public async Task When_nobody_agrees_the_task_fails_at_the_cap_and_nobody_is_judged()
    {
        await using var node = await TestNode.StartAsync(
            _directory.Path, wrap: (number, sandbox) => new TestSandbox(sandbox) { After = result => Lie(result, number) });
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "babel"u8), Policy = new Policy.Quorum(2, 4), BundleSize = 5 };
        var outcomes = await client.MapAsync(request, Jobs.Numbers(20), cancel: Cancel).AllAsync();
        Assert.Equal(20, outcomes.Count);
        Assert.All(outcomes, outcome =>
        {
            Assert.Equal(OutcomeStatus.NoAgreement, outcome.Status);
            Assert.Contains("4 executions gave 4 different ones", Jobs.Text(outcome.Stderr), StringComparison.Ordinal);
        });
        var end = await client.Job(request.Id!.Value).FinishAsync();
        Assert.Equal((20, 80), (end.Failed, end.Executions));
        Assert.All(end.Workers, worker => Assert.Equal((0, 0), (worker.Accepted, worker.Rejected)));
        Assert.Equal((0, 0), await node.EarnedAsync(node.Workers));
    }

    [Fact(Timeout = 300_000)]
    public async Task Several_bosses_at_once_are_vouched_for_separately()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var bosses = Enumerable.Range(0, 4).Select(_ => ComputeClient.Of(node.Context)).ToArray();
        var ends = await Task.WhenAll(bosses.Select(async (boss, number) =>
        {
            var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.Boss, "mine"u8), Policy = new Policy.Quorum(1 + (number % 3), 5) };
            Jobs.AssertEchoed(await boss.MapAsync(request, Jobs.Numbers(300), cancel: Cancel).AllAsync(), 300, ordered: true);
            return await boss.Job(request.Id!.Value).FinishAsync();
        }));
        for (var number = 0; number < bosses.Length; number++)
        {
            await AssertThankedAsync(bosses[number], bosses[number].Boss, ends[number].Workers.Sum(worker => worker.Accepted), 0);
            Assert.Equal(0, (await bosses[number].GetReputationAsync(bosses[number].Boss, Cancel)).Worker.Vouches);
        }
        var (accepted, rejected) = await node.EarnedAsync(node.Workers);
        Assert.Equal(ends.Sum(end => end.Workers.Sum(worker => worker.Accepted)), accepted);
        Assert.Equal(0, rejected);
    }

    /// <summary>The records about the workers, those about the boss, and the job's own count are the same numbers.</summary>
    internal static async Task AssertVouchesAgreeAsync(TestNode node, NodeId boss, JobProgress end)
    {
        var (accepted, rejected) = await node.EarnedAsync(end.Workers.Select(worker => worker.Worker));
        Assert.Equal(end.Workers.Sum(worker => worker.Accepted), accepted);
        Assert.Equal(end.Workers.Sum(worker => worker.Rejected), rejected);
        await AssertThankedAsync(node.Client, boss, accepted, rejected);
    }

    /// <summary>Workers thank their boss after the job has ended, each in its own time.</summary>
    internal static async Task AssertThankedAsync(ComputeClient client, NodeId boss, long accepted, long rejected)
    {
        var reputation = await client.GetReputationAsync(boss, Cancel);
        await Wait.EventuallyAsync(
            async () => (reputation = await client.GetReputationAsync(boss, Cancel)).Boss.Accepted >= accepted, "the workers' vouches are with the boss");
        Assert.Equal((accepted, rejected), (reputation.Boss.Accepted, reputation.Boss.Rejected));
    }

    /// <summary>Wrong bytes of the liar's own.</summary>
    private static TaskResult Lie(TaskResult result, int number) =>
        result with { Output = Jobs.Text($"lie {number} of {Jobs.Text(result.Output)}") };
}
