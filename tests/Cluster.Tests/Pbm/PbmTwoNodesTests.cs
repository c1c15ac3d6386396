using System.Text.RegularExpressions;
using Akka.Actor;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What pbm prints about several nodes, and that what it tells them happens.</summary>
public sealed partial class PbmTwoNodesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Two_nodes_are_shown_by_both_and_one_can_be_sent_away()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        foreach (var node in (PbmNode[])[first, second])
        {
            await Wait.EventuallyAsync(async () => AllUp().IsMatch(await node.OutputAsync("cluster", "show")), "both members are up in both");
        }
        // The leader is the first by address, whichever of the two that is.
        var leader = await first.OutputAsync("cluster", "leader");
        Assert.Contains(leader.TrimEnd('\n'), new[] { first.Node.Address, second.Node.Address });
        Assert.Equal(leader, await second.OutputAsync("cluster", "leader"));
        Assert.StartsWith($"{second.Node.Address} | [node] | up |  | ", await second.OutputAsync("cluster", "status"), StringComparison.Ordinal);

        // Sharded actors and open jobs are those of the cluster, whichever node is asked.
        var jobs = new List<ComputeJob>();
        for (var i = 0; i < 8; i++)
            jobs.Add(await first.Node.Client.SubmitAsync(new JobRequest(Jobs.Echo) { Id = JobId.Of(first.Node.Client.Boss, [(byte)i]) }, Cancel));
        await Wait.EventuallyAsync(async () => Stats().IsMatch(await second.OutputAsync("cluster-sharding", "region-stats", "-r", "job")), "both regions have jobs");
        foreach (var node in (PbmNode[])[first, second])
        {
            // What answers within pbm's own time: on a busy machine not all of them at first.
            var shown = "";
            await Wait.EventuallyAsync(
                async () => (shown = await node.OutputAsync("compute", "jobs")).EndsWith("Count: 8 jobs\n", StringComparison.Ordinal), () => $"all jobs are shown: {shown}");
            Assert.All(jobs, job => Assert.Contains($"{job.Id} | open | kernel:echo@1 | ", shown, StringComparison.Ordinal));
            Assert.Equal(6, Workers().Count(await node.OutputAsync("compute", "workers")));
        }

        Assert.Equal($"{second.Node.Address} leaves.\n", await first.OutputAsync("cluster", "leave", "-a", second.Node.Address));
        await second.Node.Context.System.WhenTerminated.WaitAsync(Wait.Long, Cancel);
        await Wait.EventuallyAsync(async () => (await first.OutputAsync("cluster", "show")).EndsWith("Count: 1 nodes\n", StringComparison.Ordinal), "the member has left");
    }

    /// <summary>What a region says of all of its jobs would be over a frame.</summary>
    [Trait("Category", "Long")]
    [Fact(Timeout = 180_000)]
    public async Task Thousands_of_live_jobs_are_shown_page_by_page_from_any_node()
    {
        const int Count = 4_500;
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        JobId[] ids = [.. Enumerable.Range(0, Count).Select(i => new JobId(Hash256.Of(BitConverter.GetBytes(i))))];
        foreach (var some in ids.Chunk(250)) // straight to the region: it wakes an actor for each, though there is no such job
            await Task.WhenAll(some.Select(id => first.Node.Context.Job.Ask<Refused>(new JobProtocol.GetJob(id), Wait.Long, Cancel)));
        var shown = new List<string>();
        for (var answer = await second.OutputAsync("compute", "jobs"); ;)
        {
            var lines = answer.TrimEnd('\n').Split('\n');
            shown.AddRange(lines[..^1].Select(line => line[..64]));
            if (!lines[^1].Contains("; more with -a ", StringComparison.Ordinal))
            {
                Assert.Equal($"Count: {Count} jobs, {Count % 1_000} shown", lines[^1]);
                break;
            }
            Assert.Equal($"Count: {Count} jobs, 1000 shown; more with -a {lines[..^1].Select(line => line[..64]).Max(StringComparer.Ordinal)}", lines[^1]);
            answer = await second.OutputAsync("compute", "jobs", "-a", lines[^1][^64..]);
        }
        Assert.Equal(ids.Select(id => $"{id}").Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.StartsWith("jobs: -a: 'x' is not 64 hexadecimal digits.", await Failing("-a", "x"), StringComparison.Ordinal);

        async Task<string> Failing(params string[] arguments) => (await PbmProgram.RunAsync([second.EndPoint, "compute", "jobs", .. arguments])).Errors;
    }

    [Fact(Timeout = 300_000)]
    public async Task The_tail_sees_a_node_join_and_go_down()
    {
        await using var first = await StartAsync("a");
        PbmNode? second = null;
        try
        {
            var lines = await PbmProgram.ReadUntilAsync(
                [first.EndPoint, "cluster", "tail"],
                line => line.StartsWith("MemberRemoved: ", StringComparison.Ordinal),
                async line =>
                {
                    if (second is null)
                    {
                        Assert.StartsWith($"MemberUp: {first.Node.Address} | [node] | up |  | ", line, StringComparison.Ordinal);
                        second = await StartAsync("b", first);
                    }
                    else if (line.StartsWith($"MemberUp: {second.Node.Address} ", StringComparison.Ordinal))
                    {
                        Assert.Equal($"{second.Node.Address} goes down.\n", await first.OutputAsync("cluster", "down", "-a", second.Node.Address));
                    }
                });
            Assert.Contains(lines, line => line.StartsWith($"MemberJoined: {second!.Node.Address} | [node] | joining |  | ", StringComparison.Ordinal));
            Assert.StartsWith($"MemberRemoved: {second!.Node.Address} | [node] | removed |  | ", lines[^1], StringComparison.Ordinal);
            await second.Node.Context.System.WhenTerminated.WaitAsync(Wait.Long, Cancel);
        }
        finally
        {
            if (second is not null)
                await second.DisposeAsync();
        }
    }

    private Task<PbmNode> StartAsync(string name, PbmNode? seed = null) => PbmNode.StartAsync(_directory[name], settings => settings with
    {
        Workers = 3, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Node.Address],
    });

    [GeneratedRegex(@"\A(akka\.tcp://AkkaCompute@127\.0\.0\.1:\d+ \| \[node\] \| up \|  \| [\d.]+\n){2}Count: 2 nodes\n\z")]
    private static partial Regex AllUp();

    // One of the two is the coordinator's node, and each has some of the eight.
    [GeneratedRegex(@"\A(?=[^\[]*(\[node\][^\[]*)*\[coordinator\])(akka\.tcp://[^|]+ \| \[node\] \| up \|  \| [\d.]+ (\[coordinator\])?\(job\) \| shards: [1-8] \| entities: [1-8]\n){2}\z")]
    private static partial Regex Stats();

    [GeneratedRegex(@"(?m)^[0-9a-f]{64} \| akka\.tcp://")]
    private static partial Regex Workers();
}
