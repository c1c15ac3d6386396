using System.Globalization;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What a container's health check runs: the program itself, which asks the one that runs there.</summary>
public sealed class HealthCheckTests : IDisposable
{
    private const string Argument = "--healthcheck", Node = "AkkaCompute.Cluster.Node", Lighthouse = "AkkaCompute.Cluster.Lighthouse";

    private readonly TemporaryDirectory _data = new();

    [Fact(Timeout = 300_000)]
    public async Task A_node_is_asked_by_http_where_it_serves_it_and_else_by_the_port_of_pbm()
    {
        var (http, pbm) = ($"127.0.0.1:{Child.FreePort()}", Text(Child.FreePort()));
        var environment = new Dictionary<string, string>
        {
            ["AKKACOMPUTE_HTTP"] = http, ["AKKACOMPUTE_PBM_PORT"] = pbm, ["AKKACOMPUTE_DATA"] = _data.Path, ["CLUSTER_PORT"] = Text(Child.FreePort()),
        };
        using var node = await Child.StartAsync(Node, "ready: ", environment, "node");

        using var byHttp = await Child.StartAsync(Node, "200 ", environment, Argument);
        Assert.Equal(0, await byHttp.ExitAsync());
        environment.Remove("AKKACOMPUTE_HTTP");
        using var byPbm = await Child.StartAsync(Node, $"akka.tcp://AkkaCompute@127.0.0.1:{environment["CLUSTER_PORT"]} | [node] | up |  |", environment, Argument);
        Assert.Equal(0, await byPbm.ExitAsync());

        await node.KillAsync();
        using var dead = await Child.StartAsync(Node, "No node answers", environment, Argument);
        Assert.Equal(1, await dead.ExitAsync());
        environment["AKKACOMPUTE_PBM_PORT"] = "off";
        using var nowhere = await Child.StartAsync(Node, "Neither AKKACOMPUTE_HTTP", environment, Argument);
        Assert.Equal(1, await nowhere.ExitAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_lighthouse_is_well_when_it_is_a_member_and_up()
    {
        var port = Text(Child.FreePort());
        var alone = new Dictionary<string, string> { ["CLUSTER_PORT"] = port };
        // It waits for the first of its seeds, which is not there.
        var waiting = new Dictionary<string, string>
        {
            ["CLUSTER_PORT"] = Text(Child.FreePort()), ["CLUSTER_SEEDS"] = $"akka.tcp://AkkaCompute@127.0.0.1:{Child.FreePort()}",
        };
        using var member = await Child.StartAsync(Lighthouse, "lighthouse: ", alone);
        using var none = await Child.StartAsync(Lighthouse, "lighthouse: ", waiting);

        await Wait.EventuallyAsync(async () => await CheckAsync(alone) == 0, "the lighthouse is up");
        Assert.Equal(1, await CheckAsync(waiting));
        await member.KillAsync();
        Assert.Equal(1, await CheckAsync(alone));

        // A killed one leaves its socket's file behind, which hinders nobody.
        using var again = await Child.StartAsync(Lighthouse, "lighthouse: ", alone);
        await Wait.EventuallyAsync(async () => await CheckAsync(alone) == 0, "the lighthouse is up again");

        static async Task<int> CheckAsync(Dictionary<string, string> environment)
        {
            using var check = await Child.StartAsync(Lighthouse, "", environment, Argument);
            return await check.ExitAsync();
        }
    }

    public void Dispose() => _data.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
