using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Ledger;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Jobs whose bundles have one worker each, newcomers too, and what is on record of their checks.</summary>
public sealed class CheckedTests : IDisposable
{
    private const int Workers = 9, Newcomers = 2, Price = 2, Issued = 1_000_000;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    /// <summary>One of two newcomers lies in every third task. It is caught, what it did is done again, and no credit is lost.</summary>
    [Trait("Category", "Long")]
    [Fact(Timeout = 600_000)]
    public async Task A_newcomer_that_lies_is_caught_and_the_audit_agrees()
    {
        const int Tasks = 700;
        var policy = new Policy.Checked(0.01m, 0.2m, 0.1m, 1);
        Assert.Equal((46, 4), (policy.Checks, policy.Otherwise.Lead));
        await using var node = await StartAsync(liar: Workers - 1);
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = boss });
        await node.Context.Issuer().IssueAsync(boss.NodeId, Hash256.Of("first"u8), new Credits(Issued), Cancel);
        var request = new JobRequest(Jobs.Echo)
        {
            Policy = policy, Draw = DrawMode.Next, BundleSize = 1, Id = JobId.Of(boss.NodeId, "checked"u8),
            Price = new Credits(Price), Budget = new Credits(Price * policy.Most * Tasks),
        };
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
        var end = await client.Job(request.Id.Value).FinishAsync();

        // A final one comes once for each task, after its provisional ones; some of these were lies.
        var (final, lies) = (new HashSet<long>(), 0);
        await foreach (var revision in client.Job(request.Id.Value).RevisionsAsync(cancel: Cancel))
        {
            Assert.DoesNotContain(revision.Outcome.Task, final);
            var isRight = Jobs.Text(revision.Outcome.Output) == $"{revision.Outcome.Task}";
            Assert.True(isRight || !revision.IsFinal);
            if (revision.IsFinal)
                final.Add(revision.Outcome.Task);
            lies += isRight ? 0 : 1;
        }
        Assert.Equal(Tasks, final.Count);

        var (honest, liar) = (Of(Workers - Newcomers), Of(Workers - 1));
        Assert.InRange(lies, 1, liar.Rejected);
        Assert.True(liar.Rejected > 0);
        // Alone, though it is a newcomer; how many of the tasks it has is chance.
        Assert.True(honest is { Rejected: 0, Accepted: > 0 }, string.Join("; ", end.Workers));
        Assert.Equal(liar.Rejected, end.Workers.Sum(worker => worker.Rejected));
        // How many checks and repetitions there are is chance too; a lead for each task would be more.
        Assert.InRange(end.Executions, Tasks * 1.1, Tasks * policy.Otherwise.Lead);

        var report = ExportTests.Audit(await ExportTests.ExportAsync(node), null);
        Assert.Empty(report.Findings);
        Assert.True(report.Credits.IsConserved);
        Assert.Equal(Issued - (Price * end.Executions), (long)report.Credits.BalanceOf(boss.NodeId));
        Assert.InRange((long)report.Credits.BalanceOf(AccountProtocol.Pool), Price * liar.Rejected, Price * end.Executions / 4);

        Domain.Jobs.Protocol.WorkerTally Of(int number) => end.Workers.Single(worker => worker.Worker == node.Workers[number]);
    }

    [Fact(Timeout = 300_000)]
    public async Task Without_a_size_of_bundles_or_enough_trusted_strangers_it_is_refused_at_once()
    {
        await using var node = await StartAsync();
        var request = new JobRequest(Jobs.Echo) { Policy = new Policy.Checked(0.01m), Draw = DrawMode.Next };
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Reason);
        Assert.Contains("BundleSize: 0, but under checked(0.01, 0.2, 0.1) it is 1 to 256", refused.Message, StringComparison.Ordinal);
        request = request with { BundleSize = 1, Policy = new Policy.Checked(0.001m) };
        refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.SubmitAsync(request, Cancel));
        Assert.Equal(RefusalReason.TooFewWorkers, refused.Reason);
        Assert.Contains(
            "checked(0.001, 0.2, 0.1) wants 8 trusted workers for 'kernel:echo@1'; 7 are there.", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_it_would_cost_is_told_of_those_who_are_there()
    {
        await using var node = await StartAsync();
        Policy[] policies = [new Policy.Checked(0.01m, 0.2m, 0.1m, 1), new Policy.Quorum(2, 7), new Policy.Credibility(0.000001m)];
        var ask = new EstimateProtocol.EstimateJob("kernel:echo@1", policies, 9 * 460, TimeSpan.FromSeconds(1), 0.2m, 1);
        var told = await node.Client.EstimateAsync(ask, Cancel);
        Assert.Equal((Workers - Newcomers, Newcomers), (told.Trusted, told.Newcomers));
        Assert.Equal(policies, told.Estimates.Select(estimate => estimate.Policy));
        Assert.Equal(1.2, told.Estimates[0].Honest, 1e-9); // q, and 46 of 460
        Assert.InRange(told.Estimates[0].Error, 0.009, 0.01);
        Assert.Equal("credibility(0.000001, 0.2) wants 14 trusted workers; 7 are there.", told.Estimates[2].Refused);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => node.Client.EstimateAsync(ask with { Colluders = 0.5m }, Cancel));
        Assert.Equal("Colluders: 0.5 is not 0 to below 0.5.", refused.Message);
        Assert.Equal(1, told.Answering);
        await Wait.EventuallyAsync(
            async () => (await node.Client.EstimateAsync(ask with { Answering = 0 }, Cancel)).Answering == AnswerRate.OfHonest(node.Context.Metrics.Answers.Measured, 0.2m),
            "who answers is taken as it was measured");
    }

    private async Task<TestNode> StartAsync(int liar = -1)
    {
        var runs = 0;
        var node = await TestNode.StartAsync(
            _directory.Path,
            settings => settings with { Workers = Workers },
            (number, sandbox) => number == liar ? new TestSandbox(sandbox) { After = Lie } : sandbox,
            options => options with
            {
                RevealWait = Wait.Long, HeadsEpoch = options.MinEpoch,
                Workers = [.. options.Workers.Select((worker, number) => worker with { IsNewcomer = number >= Workers - Newcomers })],
            });
        await Wait.EventuallyAsync(
            () => node.Context.Rosters.Current.CountTrusted("kernel:echo@1") == Workers - Newcomers
                && node.Context.Rosters.Current.CountEligible("kernel:echo@1") == Workers,
            "the workers can be drawn");
        return node;

        TaskResult Lie(TaskResult result) =>
            Interlocked.Increment(ref runs) % 3 == 0 ? result with { Output = Jobs.Text("a lie") } : result;
    }
}
