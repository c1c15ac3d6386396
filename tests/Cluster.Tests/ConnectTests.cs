using Akka.Actor;
using AkkaCompute.Actors.Client;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A client in a process of its own: it reaches a node, or says why not.</summary>
public sealed class ConnectTests(RefusalFixture fixture) : IClassFixture<RefusalFixture>
{
    private readonly TestNode _node = fixture.Node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_map_through_the_cluster_client_gives_its_outcomes()
    {
        await using var client = Connect(_node.Address);
        Jobs.AssertEchoed(await client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(20), cancel: Cancel).AllAsync(), 20, ordered: true);
    }

    /// <summary>The node drops what is sent to another name, and only its own log says so: the client does not wait for two minutes.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_wrong_system_name_ends_the_first_question_with_the_right_one()
    {
        var node = Address.Parse(_node.Address);
        await using var client = Connect($"akka.tcp://Another@{node.Host}:{node.Port}");
        var unavailable = await Assert.ThrowsAsync<ComputeUnavailableException>(() => client.GetRosterAsync(Cancel));
        Assert.Contains($"akka.tcp://Another@{node.Host}:{node.Port}: another system name: it is {_node.Address}", unavailable.Message, StringComparison.Ordinal);
    }

    private static ComputeClient Connect(string address) =>
        ComputeClient.Connect([address], new ComputeClientOptions { Hocon = "akka { loglevel = OFF, stdout-loglevel = OFF }" });
}
