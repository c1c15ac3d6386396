using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Jobs whose bosses went away in the middle: they say what they wait for, and end.</summary>
public sealed class IdleJobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_job_without_pages_says_what_it_waits_for_and_ends()
    {
        var limit = TimeSpan.FromSeconds(3);
        await using var node = await TestNode.StartAsync(_directory.Path, configure: options => options with
        {
            Job = options.Job with { Limits = options.Job.Limits with { IdleTime = limit } },
        });
        ComputeJob job;
        await using (var boss = ComputeClient.Of(node.Context))
        {
            job = await boss.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None }, Cancel);
            await job.AddAsync(Jobs.Numbers(3), Cancel);
        }
        var reader = node.Client.Job(job.Id);
        await Wait.EventuallyAsync(async () => (await reader.GetAsync(Cancel)).Progress.WaitsFor.Contains("without one it ends after 3s"), "it says what it waits for");

        Jobs.AssertEchoed(await reader.OutcomesAsync(cancel: Cancel).AllAsync(), 3, ordered: true);
        var end = await reader.FinishAsync();
        Assert.Contains("no page came, and nothing was decided, for 3s", end.Ended, StringComparison.Ordinal);
        Assert.Equal("", end.WaitsFor);
        Assert.Empty((Assert.IsType<Domain.Bosses.BossProtocol.JobList>(await node.AskAsync(new Domain.Bosses.BossProtocol.GetJobs((await reader.GetAsync(Cancel)).Spec.Boss)))).Open);
    }
}
