using System.Text.RegularExpressions;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;

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
            Assert.EndsWith("Count: 8 jobs\n", shown, StringComparison.Ordinal);
            var fourth = jobs.Select(job => job.Id).Order().ElementAt(3);
            var rest = await node.OutputAsync("compute", "jobs", "-a", $"{fourth}");
            Assert.All(jobs, job => Assert.Equal(job.Id > fourth, rest.Contains($"{job.Id} | open | ", StringComparison.Ordinal)));
            Assert.EndsWith("Count: 8 jobs, 4 shown\n", rest, StringComparison.Ordinal);
            Assert.Equal(6, Workers().Count(await node.OutputAsync("compute", "workers")));
        }

        Assert.Equal($"{second.Node.Address} leaves.\n", await first.OutputAsync("cluster", "leave", "-a", second.Node.Address));
        await second.Node.Context.System.WhenTerminated.WaitAsync(Wait.Long, Cancel);
        await Wait.EventuallyAsync(async () => (await first.OutputAsync("cluster", "show")).EndsWith("Count: 1 nodes\n", StringComparison.Ordinal), "the member has left");
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
