using AkkaCompute.Authors.Bosses;
using AkkaCompute.Client.Http;
using AkkaCompute.Domain.Audit.Report;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>A boss outside the cluster, with a key of its own, by HTTP alone.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class HttpBossTests(GatewayFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_job_is_handed_in_checked_and_read_and_the_records_audit_true()
    {
        using var boss = Boss();
        var job = await boss.SubmitAsync(Spec(boss.Boss, Jobs.Echo, new Policy.Quorum(3, 5)), Cancel);
        var outcomes = await job.MapAsync(Inputs(300, cancel: Cancel), ordered: true, Cancel).AllAsync();
        Jobs.AssertEchoed(outcomes, 300, ordered: true);

        JobProgress? last = null;
        await foreach (var progress in job.ProgressAsync(Cancel))
            last = progress;
        Assert.Equal((JobStatus.Finished, 300, 900), (last!.Status, last.Decided, last.Executions));
        Jobs.AssertEchoed(await job.OutcomesAsync(ordered: false, Cancel).AllAsync(), 300, ordered: false);
        var revisions = await job.RevisionsAsync(Cancel).AllAsync();
        Assert.All(revisions, revision => Assert.True(revision.IsFinal));
        Jobs.AssertEchoed([.. revisions.Select(revision => revision.Outcome)], 300, ordered: false);
        Assert.Equal(new BossJobs(0, 1), await JobsOf(boss));

        var file = await ExportTests.ExportAsync(fixture.Node);
        using var exported = new MemoryStream();
        await Wait.EventuallyAsync(async () =>
        {
            exported.SetLength(0);
            await boss.CopyAsync("export", exported, Cancel);
            return exported.Length >= file.Length;
        }, "the export by HTTP has what the journal has");
        Assert.Equal(file, exported.ToArray()[..file.Length]);
        var report = ExportTests.Audit(file, null);
        Assert.NotEqual(AuditVerdict.Violated, report.Verdict);
        Assert.Equal(0, report.FindingCount);

        // What somebody has of it already is not sent again.
        using var rest = new MemoryStream();
        await boss.CopyAsync($"export?from={file.Length - 10}", rest, Cancel);
        Assert.Equal(file[^10..], rest.ToArray()[..10]);
    }

    [Fact(Timeout = 300_000)]
    public async Task Whoever_comes_again_with_the_key_and_the_id_goes_on()
    {
        using var key = KeyPair.Generate();
        var id = JobId.Of(key.NodeId, "again"u8);
        using (var first = Boss(key))
        {
            var job = await first.SubmitAsync(Spec(first.Boss, Jobs.Echo, Jobs.None, id), Cancel);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var outcome in job.MapAsync(Inputs(40, endless: true, stop.Token), ordered: true, stop.Token))
                {
                    if (outcome.Task == 30)
                        await stop.CancelAsync();
                }
            });
        }
        using var second = Boss(key);
        var again = await second.SubmitAsync(Spec(second.Boss, Jobs.Echo, Jobs.None, id), Cancel);
        Jobs.AssertEchoed(await again.MapAsync(Inputs(100, cancel: Cancel), ordered: true, Cancel).AllAsync(), 100, ordered: true);

        var other = await Assert.ThrowsAsync<RefusedException>(
            () => second.SubmitAsync(Spec(second.Boss, Jobs.Echo, Jobs.None, id) with { Label = "another" }, Cancel));
        Assert.Equal(RefusalReason.Conflict, other.Refused.Reason);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_is_cancelled_by_its_boss_alone()
    {
        using var boss = Boss();
        using var stranger = Boss();
        var job = await boss.SubmitAsync(Spec(boss.Boss, Jobs.Delay, Jobs.None), Cancel);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => stranger.Job(job.Id).CancelAsync(Cancel));
        Assert.Equal(RefusalReason.Invalid, refused.Refused.Reason);
        Assert.Equal(JobStatus.Open, (await job.GetAsync(Cancel)).Progress.Status);
        await job.CancelAsync(Cancel);
        await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Status is JobStatus.Cancelled or JobStatus.Finished, "it is cancelled");
    }

    [Fact(Timeout = 300_000)]
    public async Task Bytes_are_put_in_signed_parts_and_come_back_whole()
    {
        using var boss = Boss();
        var bytes = new byte[200_000];
        new Random(5).NextBytes(bytes);
        var hash = await boss.PutBlobAsync(bytes, Cancel);
        Assert.Equal(Hash256.Of(bytes), hash);
        Assert.Equal(hash, await boss.PutBlobAsync(bytes, Cancel));
        Assert.Equal(bytes, await fixture.Http.GetByteArrayAsync($"/v1/blobs/{hash}", Cancel));
    }

    [Fact(Timeout = 300_000)]
    public async Task Inputs_and_outputs_that_no_message_takes_go_as_blobs()
    {
        using var boss = Boss();
        var job = await boss.SubmitAsync(Spec(boss.Boss, Jobs.Echo, new Policy.Quorum(2, 5)) with { Limits = Large.Limits }, Cancel);
        ReadOnlyMemory<byte>[] inputs = [Large.Bytes(1, 150_000), Jobs.Text("small"), Large.Bytes(2, 700_000)];
        var outcomes = await job.MapAsync(Large.EachAsync(inputs), ordered: true, Cancel).AllAsync();
        Assert.Equal(inputs.Select(input => Hash256.Of(input.Span)), outcomes.Select(outcome => Hash256.Of(outcome.Output.Span)));
    }

    private HttpBoss Boss(KeyPair? key = null) =>
        new(fixture.Gateway.Address, BossKey.Of(key), null, Wait.Long, TimeProvider.System);

    private static JobSpec Spec(NodeId boss, Payload payload, Policy policy, JobId? id = null) =>
        new(id ?? JobId.Of(boss, Guid.NewGuid().ToByteArray()), boss, "", payload, Jobs.Short, policy, DrawMode.Next, 0);

    private static async Task<BossJobs> JobsOf(HttpBoss boss)
    {
        var jobs = await boss.GetJobsAsync(Cancel);
        return new BossJobs(jobs.Open.Count, jobs.Finished);
    }

    /// <summary>So many inputs, and then the end, or nothing more without an end.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Inputs(
        int count, bool endless = false, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
    {
        foreach (var input in Jobs.Numbers(count))
            yield return input;
        if (endless)
            await Task.Delay(Timeout.Infinite, cancel);
    }

    private sealed record BossJobs(int Open, long Finished);
}
