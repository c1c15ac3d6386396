using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Jobs.Retention;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A job that finished long ago is forgotten, and no other one.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 180_000)]
    public Task What_audits_need_outlives_a_forgotten_job() => RetentionChecks.OutlivesAsync(_directory["node"], settings => settings);

    [Fact(Timeout = 120_000)]
    public async Task A_job_that_runs_or_ended_lately_is_not_forgotten()
    {
        await using var node = await RetentionChecks.StartAsync(_directory["node"], settings => settings, retain: TimeSpan.FromHours(1));
        await using var client = ComputeClient.Of(node.Context);
        var done = RetentionChecks.Request(client, "done");
        await RetentionChecks.RunAsync(client, done);
        var open = await client.SubmitAsync(RetentionChecks.Request(client, "open"), Cancel);
        // Even where its end was noted, as by a node that crashed before it wrote the job's last event.
        await node.Context.Options.JobEnds!.NoteAsync(new JobEnd(open.Id, TimeProvider.System.GetUtcNow().AddDays(-1)), Cancel);
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(200, Cancel); // some sweeps
            Assert.Null(await RetentionChecks.AskAsync(node, done.Id!.Value));
            Assert.Null(await RetentionChecks.AskAsync(node, open.Id));
        }
        Assert.Equal(2, (await node.Context.Options.JobEnds.ListAsync(DateTimeOffset.MaxValue, 10, Cancel)).Count);
        await open.CancelAsync(Cancel);
    }
}
