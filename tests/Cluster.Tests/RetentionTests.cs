using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Jobs.Retention;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A job that finished long ago is forgotten, and no other one.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public Task What_audits_need_outlives_a_forgotten_job() => RetentionChecks.OutlivesAsync(_directory["node"], settings => settings);

    [Fact(Timeout = 300_000)]
    public async Task A_job_that_runs_or_ended_lately_is_not_forgotten()
    {
        await using var node = await RetentionChecks.StartAsync(_directory["node"], settings => settings, retain: TimeSpan.FromHours(1));
        await using var client = ComputeClient.Of(node.Context);
        var done = RetentionChecks.Request(client, "done");
        await RetentionChecks.RunAsync(client, done);
        var open = await client.SubmitAsync(RetentionChecks.Request(client, "open"), Cancel);
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(200, Cancel); // some sweeps
            Assert.Null(await RetentionChecks.AskAsync(node, done.Id!.Value));
            Assert.Null(await RetentionChecks.AskAsync(node, open.Id));
        }
        var finished = new FinishedJobs(node.Context.Options.StoredEvents!, node.Context.System);
        var now = node.Context.Time.GetUtcNow();
        var (job, at) = Assert.Single(await finished.BeforeAsync(now, Cancel));
        Assert.Equal(done.Id, job);
        Assert.InRange(now - at, TimeSpan.Zero, Wait.Long);
        Assert.Empty(await finished.BeforeAsync(at, Cancel));
        await open.CancelAsync(Cancel);
    }
}
