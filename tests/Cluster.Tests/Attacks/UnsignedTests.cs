using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Tests.Cluster.Attacks;

/// <summary>Strangers who speak in a boss's name, or have keys of their own that cost nothing: they are refused, and leave nothing durable.</summary>
public sealed class UnsignedTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KeyPair _boss = KeyPair.Generate();
    private readonly KeyPair _stranger = KeyPair.Generate();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _directory.Dispose();
        _boss.Dispose();
        _stranger.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_not_signed_by_the_boss_is_refused_and_leaves_no_row()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
        var job = await client.SubmitAsync(Request("open"), Cancel);
        var (spec, never) = (Request("another").ToSpec(_boss.NodeId), JobId.Of(_stranger.NodeId, "never"u8));
        var before = Rows();

        await RefusedAsync(node, new BossProtocol.SubmitJob(spec), "SubmitJob.Signature: none");
        await RefusedAsync(node, BossProtocol.SubmitJob.Sign(_stranger, spec), "is not the key of");
        await RefusedAsync(node, client.SignSubmit(spec) with { Spec = spec with { Label = "changed" } }, "SubmitJob.Signature: not by");
        await RefusedAsync(node, new BossProtocol.OpenJob(client.SignSubmit(spec), Jobs.Text("open"), Jobs.Text("delegate")), "Opening, Delegate: ");
        await RefusedAsync(node, new JobProtocol.CancelJob(job.Id), "CancelJob.Signature: none");
        await RefusedAsync(node, JobProtocol.CancelJob.Sign(_stranger, _boss.NodeId, job.Id), "is not the key of");
        await RefusedAsync(node, new ChainProtocol.Reserve(_boss.NodeId, Hash256.Of("holder"u8)), "Reserve.Signature: none");
        Assert.IsType<ChainProtocol.Place>(
            await node.AskAsync(ChainProtocol.Reserve.Sign(_stranger, _boss.NodeId, Hash256.Of("holder"u8), 1)));

        // A key of one's own costs nothing as long as it has not declared itself.
        var own = spec with { Boss = _stranger.NodeId, Id = never };
        Assert.Equal(RefusalReason.NotDeclared, (await RefusedAsync(node, BossProtocol.SubmitJob.Sign(_stranger, own), "has not declared itself")).Reason);
        Assert.Equal(0, Assert.IsType<ChainProtocol.Reserved>(
            await node.AskAsync(ChainProtocol.Reserve.Sign(_stranger, _stranger.NodeId, Hash256.Of("holder"u8), -1))).Seq);
        await RefusedAsync(node, JobProtocol.CancelJob.Sign(_stranger, _stranger.NodeId, never), "was handed in");
        Assert.Equal(0, Assert.IsType<BossProtocol.JobList>(await node.AskAsync(new BossProtocol.GetJobs(_stranger.NodeId))).Finished);

        Assert.Equal(before, Rows());
        Assert.Equal([job.Id], (await client.GetJobsAsync(Cancel)).Open);
        await job.AddAsync(Jobs.Numbers(3), Cancel); // it was not cancelled
    }

    [Fact(Timeout = 300_000)]
    public async Task Questions_about_jobs_that_never_were_leave_no_row()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        var before = Rows();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var job = JobId.Of(_stranger.NodeId, BitConverter.GetBytes(i));
            IWire[] questions =
            [
                new JobProtocol.GetJob(job), new JobProtocol.GetProgress(job, 0), new JobProtocol.GetOutcomes(job, OutcomeCursor.Start, true),
                new JobProtocol.AddTasks(job, 0, [], true, default), new JobProtocol.Authorize(job, default, default, _stranger.Public),
            ];
            foreach (var question in questions)
                Assert.Equal(RefusalReason.UnknownJob, Assert.IsType<Refused>(await node.AskAsync(question)).Reason);
        }));
        Assert.Equal(before, Rows());
    }

    /// <summary>One row, once: what its jobs' keys are made from.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Jobs_that_are_asked_for_and_never_handed_in_count_against_nobody()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
        await client.SubmitAsync(Request("first"), Cancel);
        var before = Rows();
        for (var i = 0; i < 50; i++)
            Assert.IsType<JobProtocol.JobAccepted>(await node.AskAsync(client.SignSubmit(Request($"{i}").ToSpec(_boss.NodeId))));
        Assert.Equal(before, Rows());
        Assert.Single((await client.GetJobsAsync(Cancel)).Open);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_request_that_is_sent_again_changes_nothing()
    {
        await using var node = await TestNode.StartAsync(_directory.Path);
        await using var client = ComputeClient.Of(node.Context, new ComputeClientOptions { Key = _boss });
        var request = Request("again");
        var spec = request.ToSpec(_boss.NodeId);
        var job = await client.SubmitAsync(request, Cancel);
        var cancel = JobProtocol.CancelJob.Sign(_boss, _boss.NodeId, spec.Id);
        Assert.IsType<JobProtocol.JobCancelled>(await node.AskAsync(cancel));
        await job.FinishAsync();
        await Wait.EventuallyAsync(async () => (await client.GetJobsAsync(Cancel)).Open.Count == 0, "the boss knows that it has ended");
        var before = Rows("boss-%");
        Assert.IsType<JobProtocol.JobCancelled>(await node.AskAsync(cancel));
        Assert.NotNull(Assert.IsType<JobProtocol.JobAccepted>(await node.AskAsync(client.SignSubmit(spec))).Pages);
        Assert.Equal(before, Rows("boss-%"));
        Assert.Empty((await client.GetJobsAsync(Cancel)).Open);
    }

    private static JobRequest Request(string name) =>
        new(Jobs.Echo) { Label = name, Policy = Jobs.None, Id = JobId.Of(NodeId.Of("boss"u8), System.Text.Encoding.UTF8.GetBytes(name)) };

    private static async Task<Refused> RefusedAsync(TestNode node, IWire message, string why)
    {
        var refused = Assert.IsType<Refused>(await node.AskAsync(message));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    /// <summary>Rows of bosses, of jobs, of both authors, and what sharding remembers of jobs.</summary>
    private long Rows() => Rows("boss-%") + Rows("job-%") + Rows("/sharding/%") + Rows($"chain-{_boss.NodeId}") + Rows($"chain-{_stranger.NodeId}");

    private long Rows(string like)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "journal.db")};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM journal WHERE persistence_id LIKE $like";
        command.Parameters.AddWithValue("$like", like);
        return (long)command.ExecuteScalar()!;
    }
}
