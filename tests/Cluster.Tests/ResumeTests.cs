using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A program that maps by the same id, key and spec as one before it goes on where that one ended.</summary>
public sealed class ResumeTests(RefusalFixture fixture) : IClassFixture<RefusalFixture>, IDisposable
{
    private readonly KeyPair _key = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _key.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task After_the_end_the_outcomes_are_given_again_and_nothing_is_run_again()
    {
        var request = Request("ended");
        Jobs.AssertEchoed(await MapAsync(request, 50), 50, ordered: true);
        await using var client = Client();
        var before = await client.Job(request.Id!.Value).FinishAsync();

        Jobs.AssertEchoed(await MapAsync(request, 50), 50, ordered: true);
        Assert.Equal(before.Executions, (await client.Job(request.Id.Value).GetAsync(Cancel)).Progress.Executions);
    }

    [Fact(Timeout = 300_000)]
    public async Task What_was_handed_in_of_an_open_job_is_not_handed_in_again()
    {
        var request = Request("open");
        await using (var crashed = Client())
            await (await crashed.SubmitAsync(request, Cancel)).AddAsync(Jobs.Numbers(40), Cancel);

        Jobs.AssertEchoed(await MapAsync(request, 100), 100, ordered: true);
        await using var client = Client();
        Assert.Equal(100, (await client.Job(request.Id!.Value).GetAsync(Cancel)).Progress.Tasks);
    }

    [Theory(Timeout = 300_000)]
    [InlineData(49, "Inputs: 49, but")]
    [InlineData(51, "Inputs: more than the 50")]
    public async Task Another_number_of_inputs_is_a_conflict(int inputs, string problem)
    {
        var request = Request("other inputs");
        await MapAsync(request, 50);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => MapAsync(request, inputs));
        Assert.Equal(RefusalReason.Conflict, refused.Reason);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_that_was_cancelled_says_so_instead_of_giving_a_part()
    {
        var request = Request("cancelled");
        await using var client = Client();
        var job = await client.SubmitAsync(request, Cancel);
        await job.AddAsync(Jobs.Numbers(10), Cancel);
        await job.CancelAsync(Cancel);
        var refused = await Assert.ThrowsAsync<ComputeRefusedException>(() => MapAsync(request, 10));
        Assert.Equal(RefusalReason.JobClosed, refused.Reason);
        Assert.Contains("its boss cancelled it", refused.Message, StringComparison.Ordinal);
    }

    private JobRequest Request(string nonce) => new(Jobs.Echo) { Id = JobId.Of(_key.NodeId, System.Text.Encoding.UTF8.GetBytes(nonce)), Limits = Jobs.Short };

    private ComputeClient Client() => ComputeClient.Of(fixture.Node.Context, new ComputeClientOptions { Key = _key });

    /// <summary>As a program that begins, maps and ends.</summary>
    private async Task<List<Outcome>> MapAsync(JobRequest request, int inputs)
    {
        await using var client = Client();
        return await client.MapAsync(request, Jobs.Numbers(inputs), cancel: Cancel).AllAsync();
    }
}
