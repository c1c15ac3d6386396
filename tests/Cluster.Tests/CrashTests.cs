using System.Globalization;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A node that is killed in the middle of its work loses nothing, and does nothing twice.</summary>
[Trait("Category", "Long")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Rounds = 3, Echoes = 6_000, Delays = 3_000, Larges = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task A_killed_node_that_starts_again_loses_no_outcome_and_doubles_none()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AKKACOMPUTE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        output.WriteLine($"AKKACOMPUTE_TEST_SEED={seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        var port = Child.FreePort();
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Connect(
            [$"akka.tcp://AkkaCompute@127.0.0.1:{port}"], new ComputeClientOptions { Key = boss });
        var echo = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "echo"u8), Policy = new Policy.Quorum(2, 5), Limits = Jobs.Short };
        var delay = new JobRequest(Jobs.Delay) { Id = JobId.Of(boss.NodeId, "delay"u8), Policy = Jobs.None, Draw = DrawMode.Now, Limits = Jobs.Short };

        var node = await StartAsync(directory.Path, port);
        try
        {
            var read = 0L;
            var echoes = ReadAsync(client.MapAsync(echo, Slowly(Jobs.Numbers(Echoes)), ordered: true, Cancel));
            var delays = ReadAsync(client.MapAsync(delay, Enumerable.Range(0, Delays).Select(Milliseconds), ordered: false, Cancel));
            for (var round = 0; round < Rounds; round++)
            {
                var before = Interlocked.Read(ref read);
                await Wait.EventuallyAsync(() => Interlocked.Read(ref read) > before, "outcomes come");
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 1_500)), Cancel);
                output.WriteLine($"Kill {round + 1}: {Interlocked.Read(ref read)} of {Echoes + Delays} outcomes read.");
                await node.KillAsync();
                node.Dispose();
                node = await StartAsync(directory.Path, port);
            }

            Jobs.AssertEchoed(await echoes, Echoes, ordered: true);
            var delayed = (await delays).OrderBy(outcome => outcome.Task).ToArray();
            Assert.Equal(Enumerable.Range(0, Delays).Select(task => (long)task), delayed.Select(outcome => outcome.Task));
            Assert.All(delayed, outcome => Assert.Equal(Jobs.Text(Milliseconds((int)outcome.Task)), Jobs.Text(outcome.Output)));
            await AssertVouchesAgreeAsync(client, [await client.Job(echo.Id!.Value).FinishAsync(), await client.Job(delay.Id!.Value).FinishAsync()]);

            async Task<List<Outcome>> ReadAsync(IAsyncEnumerable<Outcome> outcomes)
            {
                var all = new List<Outcome>();
                await foreach (var outcome in outcomes)
                {
                    all.Add(outcome);
                    Interlocked.Increment(ref read);
                }
                return all;
            }
        }
        finally
        {
            node.Dispose();
        }
        await AssertChainsAsync(directory.Path);
    }

    /// <summary>Killed while inputs are put, pages taken, results handed in and outputs fetched: each task has one outcome, and the right bytes.</summary>
    [Fact(Timeout = 600_000)]
    public async Task A_killed_node_loses_and_doubles_no_large_input_and_no_large_output()
    {
        using var directory = new TemporaryDirectory();
        var port = Child.FreePort();
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Connect([$"akka.tcp://AkkaCompute@127.0.0.1:{port}"], new ComputeClientOptions { Key = boss });
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "large"u8), Policy = new Policy.Quorum(2, 5), Limits = Large.Limits, BundleSize = 2 };
        var (read, outcomes) = (0, new List<long>());
        var node = await StartAsync(directory.Path, port);
        try
        {
            var reading = ReadAsync();
            foreach (var until in (int[])[1, Larges / 3, 2 * Larges / 3])
            {
                await Wait.EventuallyAsync(() => Volatile.Read(ref read) >= until || reading.IsCompleted, $"{until} outcomes come");
                output.WriteLine($"Killed after {Volatile.Read(ref read)} of {Larges} outcomes.");
                await node.KillAsync();
                node.Dispose();
                node = await StartAsync(directory.Path, port);
            }
            await reading.WaitAsync(2 * Wait.Long, Cancel);
            Assert.Equal(Enumerable.Range(0, Larges).Select(task => (long)task), outcomes);
            await AssertVouchesAgreeAsync(client, [await client.Job(request.Id!.Value).FinishAsync()]);
        }
        finally
        {
            node.Dispose();
        }

        async Task ReadAsync()
        {
            await foreach (var outcome in client.MapAsync(request, Enumerable.Range(0, Larges).Select(Input), ordered: true, Cancel))
            {
                Assert.True(outcome.Output.Span.SequenceEqual(Input((int)outcome.Task).Span), outcome.Explain());
                outcomes.Add(outcome.Task);
                Interlocked.Increment(ref read);
            }
        }

        // Each different, from a little over what a message takes to six times that.
        static ReadOnlyMemory<byte> Input(int task) => Large.Bytes(task, 50_000 * (1 + (task % 6)));
    }

    /// <summary>
    /// The workers' chains after the last kill: each goes on from its opening without a gap, and each run of the node opened its
    /// own.
    /// </summary>
    private static async Task AssertChainsAsync(string directory)
    {
        await using var node = await TestNode.StartAsync(directory);
        foreach (var worker in node.Workers)
        {
            var entries = await ChainTests.ReadAsync(node, 0, worker);
            await Wait.EventuallyAsync(
                async () => (entries = await ChainTests.ReadAsync(node, 0, worker)).Count(entry => entry.Claims is Open) >= Rounds + 2,
                "each run of the node has opened a chain of its own");
            var declare = Assert.IsType<Declare>(entries[0].Claims);
            Assert.Single(entries, entry => entry.Claims is Declare);
            Assert.All(entries, entry => Assert.True(entry.Verify(declare.Key)));
            var heads = entries.Where(entry => entry.Claims is Open).ToDictionary(entry => entry.Place.Seq, entry => (Seq: 0L, entry.Hash));
            heads.Add(EntryPlace.Main, (-1, default));
            foreach (var entry in entries)
            {
                var (seq, hash) = heads[entry.Place.Sub];
                Assert.Equal((seq + 1, hash), (entry.Place.Seq, entry.Place.Previous));
                heads[entry.Place.Sub] = (entry.Place.Seq, entry.Hash);
            }
            Assert.Contains(entries, entry => entry.Claims is Result);
        }
    }

    private static Task<Child> StartAsync(string data, int port) => Child.StartAsync(
        "AkkaCompute.Cluster.Node", "ready: ",
        "node", "--data", data, "--port", port.ToString(CultureInfo.InvariantCulture), "--workers", "5", "--slots", "2", "--pbm-port", "off");

    private static ReadOnlyMemory<byte> Milliseconds(int task) => Jobs.Text((task % 7).ToString(CultureInfo.InvariantCulture));

    /// <summary>As a boss who makes his inputs one after the other: some thousand a second.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Slowly(IEnumerable<ReadOnlyMemory<byte>> inputs)
    {
        foreach (var some in inputs.Chunk(20))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
            foreach (var input in some)
                yield return input;
        }
    }

    private static async Task AssertVouchesAgreeAsync(ComputeClient client, JobProgress[] ends)
    {
        Assert.All(ends, end => Assert.Equal(end.Executions, end.Workers.Sum(worker => (long)worker.Accepted)));
        var earned = 0L;
        foreach (var worker in ends.SelectMany(end => end.Workers).Select(worker => worker.Worker).Distinct())
        {
            var reputation = await client.GetReputationAsync(worker, Cancel);
            Assert.Equal(0, reputation.Worker.Rejected);
            earned += reputation.Worker.Accepted;
        }
        Assert.Equal(ends.Sum(end => end.Executions), earned);
        await VouchTests.AssertThankedAsync(client, client.Boss, earned, 0);
    }
}
