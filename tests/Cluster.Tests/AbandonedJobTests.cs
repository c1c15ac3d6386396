using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Jobs whose bosses went away before they let them sign anything: they end, and hold none of the boss's places.</summary>
public sealed class AbandonedJobTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _boss = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _directory.Dispose();
        _boss.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_is_never_authorized_ends()
    {
        await using var node = await StartAsync(TimeSpan.FromMilliseconds(300));
        var spec = Spec();
        Assert.IsType<JobProtocol.JobAccepted>(await node.AskAsync(new BossProtocol.SubmitJob(spec)));
        await AssertEndsAsync(node, spec);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_job_that_is_authorized_stays_open()
    {
        await using var node = await StartAsync(TimeSpan.FromSeconds(5));
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
        Assert.IsType<JobProtocol.JobAccepted>(await node.AskAsync(new BossProtocol.SubmitJob(Spec())));
        var job = await client.SubmitAsync(Request(), Cancel);
        // One that was handed in after it, and ended by the time, shows that the time is over.
        var later = Request() with { Id = JobId.Of(_boss.NodeId, "later"u8) };
        Assert.IsType<JobProtocol.JobAccepted>(await node.AskAsync(new BossProtocol.SubmitJob(later.ToSpec(_boss.NodeId))));
        await node.Client.Job(later.Id!.Value).FinishAsync();
        await job.AddAsync(Jobs.Numbers(3), Cancel);
        await job.CloseAsync(Cancel);
        Jobs.AssertEchoed(await job.OutcomesAsync(cancel: Cancel).AllAsync(), 3, ordered: true);
    }

    /// <summary>The boss's node ends between its own write and the job's.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_job_that_was_taken_and_never_made_is_made_when_its_boss_comes_back()
    {
        await using var node = await StartAsync(TimeSpan.FromSeconds(3));
        var spec = Spec();
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Context.System.ActorOf(Props.Create(() => new Writer($"boss-{_boss.NodeId}", new BossProtocol.JobTaken(spec), written)));
        await written.Task.WaitAsync(Wait.Long, Cancel);

        Assert.Equal([spec.Id], (await JobsAsync(node)).Open);
        await Wait.EventuallyAsync(async () => await node.AskAsync(new JobProtocol.GetJob(spec.Id)) is JobProtocol.JobInfo, "the job is there");
        await AssertEndsAsync(node, spec);
    }

    private async Task AssertEndsAsync(TestNode node, JobSpec spec)
    {
        var end = await node.Client.Job(spec.Id).FinishAsync();
        Assert.Equal((JobStatus.Finished, 0), (end.Status, end.Tasks));
        var jobs = await JobsAsync(node);
        Assert.Empty(jobs.Open);
        Assert.Equal(1, jobs.Finished);
    }

    private JobSpec Spec() => Request().ToSpec(_boss.NodeId);

    private JobRequest Request() => new(Jobs.Echo) { Id = JobId.Of(_boss.NodeId, "abandoned"u8), Policy = Jobs.None };

    private async Task<BossProtocol.JobList> JobsAsync(TestNode node) =>
        Assert.IsType<BossProtocol.JobList>(await node.AskAsync(new BossProtocol.GetJobs(_boss.NodeId)));

    private Task<TestNode> StartAsync(TimeSpan authorizeWithin) => TestNode.StartAsync(
        _directory.Path, configure: options => options with { Job = options.Job with { AuthorizeWithin = authorizeWithin } });

    /// <summary>Writes one event of another's, and ends.</summary>
    private sealed class Writer : ReceivePersistentActor
    {
        public Writer(string persistenceId, IWire @event, TaskCompletionSource written)
        {
            PersistenceId = persistenceId;
            Recover<RecoveryCompleted>(_ => Persist(@event, _ =>
            {
                written.SetResult();
                Context.Stop(Self);
            }));
        }

        public override string PersistenceId { get; }
    }
}
