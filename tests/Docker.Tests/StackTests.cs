using System.Text.RegularExpressions;

namespace AkkaCompute.Tests.Docker;

/// <summary>docker compose up: what an operator sees of it.</summary>
[Trait("Category", "Needs")]
[Trait("Needs", "Docker")]
public sealed partial class StackTests(ComposeStack stack, ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 900_000)]
    public async Task Pbm_in_a_node_shows_the_cluster_in_the_documented_shapes()
    {
        var nodes = await stack.NeedAsync(2);
        var show = await ComposeStack.ComposeAsync(Tool.Short, "exec", "-T", "node", "pbm", "cluster", "show");
        output.WriteLine(show.Output);
        Assert.Equal("Count: 4 nodes", show.Lines[^1]);
        Assert.All(show.Lines[..^1], line => Assert.Matches(Member(), line));
        string[] lighthouses = ["akka.tcp://AkkaCompute@lighthouse1:4053", "akka.tcp://AkkaCompute@lighthouse2:4053"];
        Assert.Equal([.. nodes.Select(node => node.Address), .. lighthouses], show.Lines[..^1].Select(line => line.Split(" | ")[0]));

        Assert.Equal([$"{nodes[0].Address} | [node] | up |  | {Version(show)}"], (await nodes[0].PbmAsync("cluster", "status")).Lines);
        Assert.Contains((await nodes[1].PbmAsync("cluster", "leader")).Lines.Single(), show.Output, StringComparison.Ordinal);
        Assert.Equal(["akka://AkkaCompute"], (await nodes[0].PbmAsync("actor", "system")).Lines);
        var stats = await nodes[0].PbmAsync("cluster-sharding", "region-stats", "-r", "job");
        Assert.Equal(2, stats.Lines.Count(line => Region().IsMatch(line)));
        Assert.Equal("Count: 8 workers, 8 slots", (await nodes[0].PbmAsync("compute", "workers")).Lines[^1].Split(", epoch")[0]);
    }

    [Fact(Timeout = 900_000)]
    public async Task Members_run_without_rights_and_say_whether_they_are_well()
    {
        var nodes = await stack.NeedAsync(2);
        var lighthouse = await stack.ContainerAsync("lighthouse1");
        foreach (var container in (string[])[nodes[0].Container, lighthouse])
        {
            Assert.Equal("1654", (await ExecAsync(container, "id", "-u")).Output.Trim());
            Assert.Contains("Read-only", (await ExecAsync(container, "touch", "/app/x")).Errors, StringComparison.Ordinal);
        }
        Assert.Equal(0, (await ExecAsync(nodes[0].Container, "akkacompute-node", "--healthcheck")).Code);
        Assert.Equal((0, "up"), await CheckAsync("akkacompute-lighthouse", lighthouse));

        // One where nothing runs says no.
        var image = (await ComposeStack.InspectAsync(lighthouse)).GetProperty("Image").GetString()!;
        foreach (var program in (string[])["akkacompute-node", "akkacompute-lighthouse"])
            Assert.Equal(1, (await Tool.RunAsync("docker", ["run", "--rm", "--entrypoint", program, image, "--healthcheck"])).Code);

        static async Task<(int, string)> CheckAsync(string program, string container)
        {
            var said = await ExecAsync(container, program, "--healthcheck");
            return (said.Code, said.Output.Trim());
        }
    }

    [Fact(Timeout = 900_000)]
    public async Task A_replica_has_c_nodes_of_its_own_and_keeps_them_when_it_starts_again()
    {
        var nodes = await stack.NeedAsync(2);
        var before = await Task.WhenAll(nodes.Select(node => nodes[0].WorkersAsync(node.Address)));
        Assert.All(before, workers => Assert.Equal(4, workers.Count));
        Assert.Empty(before[0].Intersect(before[1]));

        await nodes[1].DockerAsync("restart");
        await stack.WholeAsync(2);
        await Wait.EventuallyAsync(
            async () => (await nodes[0].WorkersAsync(nodes[1].Address)).SetEquals(before[1]), "the same c-nodes at the same address", TimeSpan.FromSeconds(30));
    }

    /// <summary>A lone lighthouse would found a second cluster, and what joins through it would be lost to the first.</summary>
    [Fact(Timeout = 900_000)]
    public async Task A_lighthouse_that_starts_again_founds_no_second_cluster()
    {
        await stack.NeedAsync(2);
        var first = await stack.ContainerAsync("lighthouse1");
        await Tool.MustAsync("docker", ["kill", first]);
        await Tool.MustAsync("docker", ["start", first]);
        // Whoever joins now asks the one that has just begun, too.
        var nodes = await stack.ScaleAsync(3);
        var epochs = await Task.WhenAll(nodes.Select(node => node.PbmAsync("compute", "workers")));
        Assert.All(epochs, view => Assert.StartsWith("Count: 12 workers", view.Lines[^1], StringComparison.Ordinal));
    }

    /// <summary>Their images can't be had without a registry, so this is not about their running.</summary>
    [Fact(Timeout = 900_000)]
    public async Task Prometheus_and_Grafana_are_there_for_who_asks_for_them()
    {
        await stack.NeedAsync(2);
        string[] members = ["lighthouse1", "lighthouse2", "node", "postgres"];
        Assert.Equal(members, (await ComposeStack.ComposeAsync(Tool.Short, "config", "--services")).Lines.Order());
        Assert.Equal(
            members.Concat(["grafana", "prometheus"]).Order(),
            (await ComposeStack.ComposeAsync(Tool.Short, "--profile", "observability", "config", "--services")).Lines.Order());
    }

    private static Task<Said> ExecAsync(string container, params string[] words) => Tool.RunAsync("docker", ["exec", container, .. words]);

    private static string Version(Said show) => show.Lines[0].Split(" | ")[^1];

    [GeneratedRegex(@"^akka\.tcp://AkkaCompute@[a-z0-9]+:\d+ \| \[(node|lighthouse)\] \| up \|  \| \d+\.\d+\.\d+$")]
    private static partial Regex Member();

    [GeneratedRegex(@"^akka\.tcp://AkkaCompute@[a-z0-9]+:\d+ \| \[node\] \| up \|  \| \d+\.\d+\.\d+ (\[coordinator\])?\(job\) \| shards: \d+ \| entities: \d+$")]
    private static partial Regex Region();
}
