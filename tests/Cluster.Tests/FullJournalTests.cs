using System.Globalization;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;
using AkkaCompute.Operations.Observability;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A journal that takes no writes, as on a full disk: new work is refused, what was taken is kept, and it goes on by itself.</summary>
public sealed class FullJournalTests : IDisposable
{
    private const int Tasks = 400;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task New_work_is_refused_while_the_journal_is_full_and_nothing_is_lost()
    {
        await using var node = await TestNode.StartAsync(_directory["a"], settings => settings with { LogLevel = "OFF" });
        await using var health = new NodeHealth(node.Context);
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(node.Client.Boss, "full"u8), Policy = new Policy.Quorum(2, 5), BundleSize = 5, Limits = Jobs.Short };
        var job = await node.Client.SubmitAsync(request, Cancel);
        var reading = node.Client.MapAsync(request, Slowly(), ordered: true, Cancel).AllAsync();
        await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Decided > 40, "the job has begun");

        // What SQLite says where there is no room, from every insert.
        Journal("CREATE TRIGGER no_room BEFORE INSERT ON journal BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END");
        var later = new JobSpec(JobId.Of(node.Client.Boss, "later"u8), node.Client.Boss, "", Jobs.Echo, Jobs.Short, Jobs.None, DrawMode.Next, 1);
        await RefusedAsync(node.Client.SignSubmit(later));
        await RefusedAsync(new JobProtocol.AddTasks(request.Id!.Value, 0, [Jobs.Text("x")], Last: false, default));
        await Wait.EventuallyAsync(() => health.NotReady.Any(why => why.StartsWith("journal: takes no writes", StringComparison.Ordinal)), "the node says that it is not ready");
        Assert.Empty(health.NotLive);
        Assert.False(node.Context.System.WhenTerminated.IsCompleted);

        Journal("DROP TRIGGER no_room");
        Jobs.AssertEchoed(await reading, Tasks, ordered: true);
        var end = await job.FinishAsync();
        Assert.Equal(Tasks, end.Tasks);
        Assert.Equal(2 * Tasks, end.Executions);
        await Wait.EventuallyAsync(async () => await node.AskAsync(node.Client.SignSubmit(later)) is JobProtocol.JobAccepted, "new work is taken again");
        await Wait.EventuallyAsync(() => health.NotReady.Count == 0, "the node is ready again");

        // The refusal comes when a write was tried and failed; until then the actors that failed are on their way back.
        async Task RefusedAsync(IWire work)
        {
            Refused? refused = null;
            await Wait.EventuallyAsync(
                async () => (refused = await AskShortlyAsync(node, work)) is { Reason: RefusalReason.Unavailable }, $"{work.GetType().Name} is refused");
            Assert.Contains("takes no writes", refused!.Message, StringComparison.Ordinal);
            Assert.Contains("full", refused.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<Refused?> AskShortlyAsync(TestNode node, IWire work)
    {
        try
        {
            return await Akka.Actor.Futures.Ask<object>(node.Context.Service, work, TimeSpan.FromSeconds(2), Cancel) as Refused;
        }
        catch (Akka.Actor.AskTimeoutException)
        {
            return null;
        }
    }

    private void Journal(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory["a"], "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>So that tasks are still to come when the journal is full.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Slowly()
    {
        for (var task = 0; task < Tasks; task++)
        {
            if (task % 10 == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
            yield return Jobs.Text(task.ToString(CultureInfo.InvariantCulture));
        }
    }
}
