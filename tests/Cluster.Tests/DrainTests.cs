using System.Globalization;
using System.Text;
using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Verification;
using AkkaCompute.Operations.Observability;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A node that is to leave is emptied first: nobody waits for it, nothing is done twice in vain.</summary>
[Trait("Category", "Long")]
public sealed class DrainTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task A_node_drained_under_load_loses_no_lease_and_no_outcome()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        await using var third = await StartAsync("c", first);
        PbmNode[] all = [first, second, third];
        await Wait.EventuallyAsync(() => all.All(node => node.Node.Context.Rosters.Current.Members.Length == 12), "12 workers are in all rosters");
        using var counted = new Counted(all);
        // Bundles of 10 × 30 ms: each node always has some, in slots and waiting for one.
        var request = new JobRequest(Jobs.Delay)
        {
            Id = JobId.Of(first.Node.Client.Boss, "load"u8), Policy = new Policy.Quorum(2, 8), BundleSize = 10, Limits = Jobs.Short,
        };
        var job = await first.Node.Client.SubmitAsync(request, Cancel);
        var reading = first.Node.Client.MapAsync(request, Enumerable.Repeat(Jobs.Text("30"), 1_200), cancel: Cancel).AllAsync();
        await Wait.EventuallyAsync(async () => (await job.GetAsync(Cancel)).Progress.Decided > 100, "the job has begun");

        // Not the job's own node: what that loses is asked of others again, by design.
        var leaver = all.First(node => node != first && !HoldsJob(node, request.Id!.Value));
        var said = await leaver.OutputAsync("compute", "drain", "-t", "60");
        Assert.StartsWith("draining | workers in the roster: ", said, StringComparison.Ordinal);
        Assert.Contains("draining | workers in the roster: 0 | bundles: 0\n", said, StringComparison.Ordinal);
        Assert.EndsWith($"{leaver.Node.Address} leaves: its shards are handed over.\n{leaver.Node.Address} has left.\n", said, StringComparison.Ordinal);
        Assert.True(leaver.Node.LeftOnRequest);

        var outcomes = await reading;
        Assert.Equal(Enumerable.Range(0, 1_200).Select(task => (long)task), outcomes.Select(outcome => outcome.Task));
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded, outcome.Explain()));
        var end = await job.FinishAsync();
        Assert.Equal(2_400, end.Executions);
        Assert.Equal(0, counted.Leases("expired"));
        Assert.Equal(0, counted.Leases("lost"));
        Assert.True(counted.Leases("declined") > 0, "bundles that were drawn before went to others");
    }

    [Fact(Timeout = 300_000)]
    public async Task Leases_that_take_too_long_are_given_back()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        await Wait.EventuallyAsync(() => first.Node.Context.Rosters.Current.Members.Length == 8, "8 workers are in the roster");
        using var counted = new Counted([first, second]);
        var request = new JobRequest(Jobs.Delay) { Id = JobAt(first, second), Policy = Jobs.None, BundleSize = 20, Limits = Jobs.Short };
        // Bundles of 5 s, all of one size: a small one's lease would end behind the others, in the queue of the one slot that is left.
        var job = await first.Node.Client.SubmitAsync(request, Cancel);
        await job.AddAsync(Enumerable.Repeat(Jobs.Text("250"), 160), Cancel);
        await job.CloseAsync(Cancel);
        var reading = job.OutcomesAsync(cancel: Cancel).AllAsync();
        await Wait.EventuallyAsync(() => counted.Value(1, "akkacompute_bundles_held") > 0, "the node has leases");

        var said = await second.OutputAsync("compute", "drain", "-t", "0");
        Assert.Contains("given back unfinished", said, StringComparison.Ordinal);
        Assert.True(second.Node.LeftOnRequest);
        var outcomes = await reading;
        Assert.Equal(Enumerable.Range(0, 160).Select(task => (long)task), outcomes.Select(outcome => outcome.Task));
        Assert.Equal(0, counted.Leases("expired"));
    }

    [Theory(Timeout = 300_000)]
    [InlineData("terminate", 0)]
    [InlineData("compute drain", 0)]
    [InlineData("cluster leave", 0)]
    [InlineData("cluster down", 1)]
    public async Task The_exit_code_says_whether_the_node_left_as_it_was_told(string how, int code)
    {
        Assert.SkipWhen(how == "terminate" && OperatingSystem.IsWindows(), "Needs signals: Windows has none.");
        var (port, pbm) = (Child.FreePort(), Child.FreePort());
        using var node = await Child.StartAsync(
            "AkkaCompute.Cluster.Node", "ready: ",
            "node", "--data", _directory["a"], "--port", Text(port), "--pbm-port", Text(pbm), "--workers", "2", "--slots", "1");
        if (how == "terminate")
            await node.TerminateAsync();
        else
            await PbmProgram.RunAsync([$"127.0.0.1:{pbm}", .. how.Split(' '), .. how == "cluster down" ? ["-a", $"akka.tcp://AkkaCompute@127.0.0.1:{port}"] : Array.Empty<string>()]);
        Assert.Equal(code, await node.EndAsync());
        Assert.Equal(how == "terminate", node.Lines.Any(line => line.StartsWith("draining | ", StringComparison.Ordinal)));
    }

    /// <summary>A job whose shard is given to a node: what a job's own node loses is asked of others again, by design.</summary>
    private static JobId JobAt(PbmNode home, PbmNode other)
    {
        var extractor = MessageExtractor.ByJobId(home.Node.Context.Options.Shards);
        return Enumerable.Range(0, 1_000)
            .Select(number => JobId.Of(home.Node.Client.Boss, Encoding.UTF8.GetBytes(Text(number))))
            .First(id => Rendezvous.Owner(extractor.ShardId(id.ToString()), [home.Node.Address, other.Node.Address]) == home.Node.Address);
    }

    private static bool HoldsJob(PbmNode node, JobId job)
    {
        var jobs = node.Node.Context.Job.Path.ToStringWithoutAddress();
        return node.Node.Context.System is Akka.Actor.ActorSystem system
            && system.ActorSelection($"{jobs}/*/{job}").ResolveOne(TimeSpan.FromSeconds(1)).ContinueWith(found => found.IsCompletedSuccessfully, TaskScheduler.Default).Result;
    }

    private Task<PbmNode> StartAsync(string name, PbmNode? seed = null) => PbmNode.StartAsync(_directory[name], settings => settings with
    {
        Workers = 4, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Node.Address],
    });

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What some nodes count, from now on, and after they have left.</summary>
    private sealed class Counted(IReadOnlyList<PbmNode> nodes) : IDisposable
    {
        private readonly MetricsText[] _texts = [.. nodes.Select(node => new MetricsText(node.Node.Context.Metrics.Meter))];

        public double Leases(string what) => _texts.Sum(text => new Metrics(text.Write())[$"akkacompute_lease_events_total{{event=\"{what}\"}}"]);

        public double Value(int node, string sample) => new Metrics(_texts[node].Write())[sample];

        public void Dispose()
        {
            foreach (var text in _texts)
                text.Dispose();
        }
    }
}
