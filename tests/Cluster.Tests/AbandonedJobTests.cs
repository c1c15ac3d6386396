using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;

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

    /// <summary>The boss's node ends between its own write and the job's, and the boss program with it.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_job_that_was_taken_and_never_made_is_made_when_its_boss_comes_back_and_ends()
    {
        await using var node = await StartAsync(TimeSpan.FromSeconds(3));
        var spec = await TakeAsync(node);
        await AssertEndsAsync(node, spec);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_that_is_authorized_stays_open()
    {
        await using var node = await StartAsync(TimeSpan.FromSeconds(3));
        var job = await node.Client.SubmitAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None }, Cancel);
        // One that was taken after it, and ended by the time, shows that the time is over.
        await AssertEndsAsync(node, await TakeAsync(node));
        await job.AddAsync(Jobs.Numbers(3), Cancel);
        await job.CloseAsync(Cancel);
        Jobs.AssertEchoed(await job.OutcomesAsync(cancel: Cancel).AllAsync(), 3, ordered: true);
    }

    private async Task<JobSpec> TakeAsync(TestNode node)
    {
        var spec = Spec();
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Context.System.ActorOf(Props.Create(() => new Writer($"boss-{_boss.NodeId}", new BossProtocol.JobTaken(spec), written)));
        await written.Task.WaitAsync(Wait.Long, Cancel);
        Assert.Equal([spec.Id], (await JobsAsync(node)).Open); // its boss comes back
        await Wait.EventuallyAsync(async () => await node.AskAsync(new JobProtocol.GetJob(spec.Id)) is JobProtocol.JobInfo, "the job is there");
        return spec;
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
