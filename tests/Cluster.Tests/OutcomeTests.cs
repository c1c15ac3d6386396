using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Every task of a job has one outcome, however the job is drawn, checked and read.</summary>
public sealed class OutcomeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task Every_outcome_comes_once_under_every_draw_policy_and_order()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        const int Tasks = 700;
        foreach (var draw in Enum.GetValues<DrawMode>())
        {
            foreach (var policy in (Policy[])[Jobs.None, new Policy.Quorum(2, 5), new Policy.Quorum(3, 3)])
            {
                foreach (var ordered in (bool[])[true, false])
                {
                    var request = new JobRequest(Jobs.Echo)
                    {
                        Id = JobId.Of(node.Client.Boss, Jobs.Text($"{draw} {policy} {ordered}").Span), Draw = draw, Policy = policy,
                    };
                    var outcomes = await node.Client.MapAsync(request, Jobs.Numbers(Tasks), ordered, Cancel).AllAsync();
                    Jobs.AssertEchoed(outcomes, Tasks, ordered);
                    var end = await node.Client.Job(request.Id!.Value).FinishAsync();
                    Assert.Equal((Tasks, Tasks, 0), (end.Tasks, end.Decided, end.Failed));
                    Assert.True(end.Executions >= Tasks * policy.First, $"{end.Executions} executions under {policy}");
                    Assert.Equal(end.Executions, end.Workers.Sum(worker => worker.Accepted + worker.Rejected));
                }
            }
        }
        var list = await node.Client.GetJobsAsync(Cancel);
        await Wait.EventuallyAsync(
            async () => (list = await node.Client.GetJobsAsync(Cancel)).Finished == 12, "the boss knows that all its jobs are over");
        Assert.Empty(list.Open);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reading_goes_on_from_any_cursor(bool ordered)
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        const int Tasks = 3_000;
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(node.Client.Boss, "cursor"u8), Policy = Jobs.None };
        await node.Client.MapAsync(request, Jobs.Numbers(Tasks), ordered, Cancel).AllAsync();

        var cursor = OutcomeCursor.Start;
        var all = new List<Outcome>();
        for (var end = false; !end;)
        {
            var query = new JobProtocol.GetOutcomes(request.Id!.Value, cursor, ordered);
            var page = Assert.IsType<JobProtocol.OutcomePage>(await node.AskAsync(query));
            var again = Assert.IsType<JobProtocol.OutcomePage>(await node.AskAsync(query));
            Assert.Equal(page.Next, again.Next);
            Assert.Equal(page.Outcomes.Select(outcome => outcome.Task), again.Outcomes.Select(outcome => outcome.Task));
            Assert.True(page.End || page.Outcomes.Count > 0, "a page of a finished job is neither the last nor has it anything");
            all.AddRange(page.Outcomes);
            (cursor, end) = (page.Next, page.End);
        }
        Jobs.AssertEchoed(all, Tasks, ordered);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_cursor_from_nowhere_does_no_harm()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(node.Client.Boss, "nowhere"u8), Policy = Jobs.None };
        await node.Client.MapAsync(request, Jobs.Numbers(100), cancel: Cancel).AllAsync();
        foreach (var ordered in (bool[])[true, false])
        {
            foreach (var cursor in (OutcomeCursor[])[new(long.MaxValue, int.MaxValue), new(long.MinValue, int.MinValue), new(0, int.MaxValue), new(100, -1)])
            {
                var reply = await node.AskAsync(new JobProtocol.GetOutcomes(request.Id!.Value, cursor, ordered));
                Assert.IsType<JobProtocol.OutcomePage>(reply);
            }
        }
        Jobs.AssertEchoed(await node.Client.Job(request.Id!.Value).OutcomesAsync(cancel: Cancel).AllAsync(), 100, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_out_of_memory_is_read_back_from_the_journal()
    {
        // Nearly nothing fits: pages are loaded, and outcomes read, from the journal.
        await using var node = await TestNode.StartAsync(_directory.Path, configure: options => options with
        {
            Job = options.Job with { FreshPageBytes = 600, OpenBundles = 8, CachedOutcomeBytes = 2_000, DecidedBytes = 4_000, PendingDecisionBytes = 2_000 },
        });
        const int Tasks = 4_000;
        var request = new JobRequest(Jobs.Echo)
        {
            Id = JobId.Of(node.Client.Boss, "large"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 16, Draw = DrawMode.Now,
        };
        var first = await node.Client.MapAsync(request, Jobs.Numbers(Tasks), ordered: true, Cancel).AllAsync();
        Jobs.AssertEchoed(first, Tasks, ordered: true);
        var job = node.Client.Job(request.Id!.Value);
        // Several readers, who drive each other's pages out of the cache.
        var readers = Enumerable.Range(0, 4).Select(reader => job.OutcomesAsync(reader % 2 == 0, Cancel).AllAsync()).ToArray();
        for (var reader = 0; reader < readers.Length; reader++)
            Jobs.AssertEchoed(await readers[reader], Tasks, ordered: reader % 2 == 0);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_node_that_starts_again_goes_on_and_knows_every_outcome()
    {
        const int Tasks = 600;
        JobId open, done;
        using var boss = Domain.Ground.KeyPair.Generate();
        var options = new ComputeClientOptions { Key = boss };
        var left = new JobRequest(Jobs.Echo) { BundleSize = 7, Id = JobId.Of(boss.NodeId, "left open"u8) };
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            await using var client = ComputeClient.Of(node.Context, options);
            var finished = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "done"u8) };
            Jobs.AssertEchoed(await client.MapAsync(finished, Jobs.Numbers(Tasks), cancel: Cancel).AllAsync(), Tasks, ordered: true);
            done = finished.Id!.Value;
            await client.Job(done).FinishAsync();
            var job = await client.SubmitAsync(left, Cancel);
            await job.AddAsync(Jobs.Numbers(Tasks), Cancel);
            open = job.Id; // neither closed, nor waited for
        }
        await using (var node = await TestNode.StartAsync(_directory.Path))
        {
            await using var client = ComputeClient.Of(node.Context, options);
            Jobs.AssertEchoed(await client.Job(done).OutcomesAsync(ordered: false, Cancel).AllAsync(), Tasks, ordered: false);
            // The open one went on by itself: nobody has asked for it yet.
            var list = await client.GetJobsAsync(Cancel);
            Assert.Equal([open], list.Open);
            var job = client.Job(open);
            await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Decided == Tasks, "the open job's tasks are decided");
            await (await client.SubmitAsync(left, Cancel)).CloseAsync(Cancel); // its pages go on where they had come to
            await job.FinishAsync();
            Jobs.AssertEchoed(await job.OutcomesAsync(cancel: Cancel).AllAsync(), Tasks, ordered: true);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task A_reader_of_a_map_who_stops_cancels_the_job()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var request = new JobRequest(Jobs.Delay) { Id = JobId.Of(node.Client.Boss, "stop"u8), Policy = Jobs.None };
        var fed = 0L;
        IEnumerable<ReadOnlyMemory<byte>> Endless()
        {
            while (true)
            {
                Interlocked.Increment(ref fed);
                yield return Jobs.Text("5");
            }
        }
        var read = 0;
        await foreach (var outcome in node.Client.MapAsync(request, Endless(), cancel: Cancel))
        {
            Assert.True(outcome.Succeeded);
            if (++read == 20)
                break;
        }
        var end = await node.Client.Job(request.Id!.Value).FinishAsync();
        Assert.True(end.Decided < end.Tasks, $"{end.Decided} of {end.Tasks} decided: nothing was cancelled");
        var taken = Interlocked.Read(ref fed);
        // Who reads a cancelled job gets what was decided, once, and an end.
        var outcomes = await node.Client.Job(request.Id.Value).OutcomesAsync(cancel: Cancel).AllAsync();
        Assert.Equal(end.Decided, outcomes.Count);
        Assert.Equal(outcomes.Count, outcomes.Select(outcome => outcome.Task).Distinct().Count());
        Assert.Equal(taken, Interlocked.Read(ref fed));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_cancelled_job_ends_and_takes_nothing_more()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var job = await node.Client.SubmitAsync(new JobRequest(Jobs.Delay) { Policy = Jobs.None, BundleSize = 1 }, Cancel);
        await job.AddAsync(Enumerable.Repeat(Jobs.Text("60000"), 50), Cancel);
        var reading = job.OutcomesAsync(cancel: Cancel).AllAsync();
        var watching = job.ProgressAsync(Cancel).AllAsync();
        await job.CancelAsync(Cancel);
        Assert.Empty(await reading);
        var progress = await watching;
        Assert.Equal(JobStatus.Finished, progress[^1].Status);
        Assert.Equal(0, progress[^1].Decided);
        Assert.Equal(progress.Count, progress.Select(step => step.Revision).Distinct().Count());
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => job.AddAsync(Jobs.Numbers(1), Cancel));
        Assert.Equal(RefusalReason.JobClosed, refused.Reason);
        // Its slots are free again at once: the delays of a minute were taken back.
        var next = await node.Client.MapAsync(new JobRequest(Jobs.Echo) { Policy = Jobs.None }, Jobs.Numbers(100), cancel: Cancel).AllAsync();
        Jobs.AssertEchoed(next, 100, ordered: true);
    }

    [Fact(Timeout = 300_000)]
    public async Task Progress_grows_and_ends_with_the_job()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var job = await node.Client.SubmitAsync(new JobRequest(Jobs.Delay) { BundleSize = 1 }, Cancel);
        var watching = job.ProgressAsync(Cancel).AllAsync();
        await job.AddAsync(Enumerable.Repeat(Jobs.Text("20"), 40), Cancel);
        await job.CloseAsync(Cancel);
        var progress = await watching;
        Assert.Equal(JobStatus.Finished, progress[^1].Status);
        Assert.Equal(40, progress[^1].Decided);
        Assert.True(progress.Count >= 3, "no progress was seen between the beginning and the end");
        for (var i = 1; i < progress.Count; i++)
        {
            Assert.True(progress[i].Revision > progress[i - 1].Revision);
            Assert.True(progress[i].Decided >= progress[i - 1].Decided);
        }
        // Vouches count lines: at the end every line has arrived in both places.
        Assert.True(progress[^1].Vouches > 0 && progress[^1].Vouches % 2 == 0);
    }
}
