using Akka.Cluster;
using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Nodes that find each other without seeds: by names whose addresses are theirs.</summary>
[Trait("Category", "Long")]
public sealed class DiscoveryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly int _management = Child.FreePort();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 300_000)]
    public async Task Two_nodes_that_start_at_once_found_one_cluster_and_a_third_finds_it()
    {
        var founders = await Task.WhenAll(StartAsync(1), StartAsync(2));
        await using var first = founders[0];
        await using var second = founders[1];
        await Wait.EventuallyAsync(() => UpIn(first) == 2 && UpIn(second) == 2, "both are members of one cluster");

        await using var third = await StartAsync(3);
        await Wait.EventuallyAsync(() => UpIn(first) == 3 && UpIn(second) == 3 && UpIn(third) == 3, "the third is a member too");

        Jobs.AssertEchoed(
            await third.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(50), cancel: Cancel).AllAsync(), 50, ordered: true);
    }

    /// <summary>Each has an address of its own on loopback, as each pod has one.</summary>
    private Task<TestNode> StartAsync(int number) => TestNode.StartAsync(_directory[$"{number}"], settings => settings with
    {
        HostName = $"127.0.0.{number}",
        Workers = 3,
        Slots = 1,
        Journal = _directory["journal.db"],
        Discover = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "nobody.invalid"],
        ManagementPort = _management,
    });

    private static int UpIn(TestNode node) =>
        Akka.Cluster.Cluster.Get(node.Context.System).State.Members.Count(member => member.Status == MemberStatus.Up);
}
