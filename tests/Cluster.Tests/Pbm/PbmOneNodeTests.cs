using System.Text.Json;
using Akka.Event;
using AkkaCompute.Actors.Client;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What pbm prints about a node that is alone.</summary>
public sealed class PbmOneNodeTests(OnePbmNode fixture) : IClassFixture<OnePbmNode>
{
    private const string Address = @"akka\.tcp://AkkaCompute@127\.0\.0\.1:\d+";
    private const string Member = Address + @" \| \[node\] \| up \|  \| \d+\.\d+\.\d+";
    private const string Hash = "[0-9a-f]{64}";

    private readonly PbmNode _node = fixture.Node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory(Timeout = 300_000)]
    [InlineData("cluster show", Member + @"\nCount: 1 nodes\n")]
    [InlineData("cluster status", Member + @"\n")]
    [InlineData("cluster leader", Address + @"\n")]
    [InlineData("cluster down-unreachable", @"Count: 0 nodes\n")]
    [InlineData("cluster-sharding regions", @"account\nboss\nchain\njob\nmailbox\nreputation\nworker\n")]
    [InlineData("cluster-sharding region-stats -r worker", Member + @" \[coordinator\]\(worker\) \| shards: \d+ \| entities: 5\n")]
    [InlineData("actor system", @"akka://AkkaCompute\n")]
    [InlineData("actor hierarchy -s /user/compute", @"akka://AkkaCompute/user/compute\nakka://AkkaCompute/user/compute/blobs\nakka://AkkaCompute/user/compute/conservation\n")]
    [InlineData("actor hierarchy -d 1", @"akka://AkkaCompute/\nakka://AkkaCompute/system\nakka://AkkaCompute/user\n")]
    [InlineData("actor hierarchy", @"akka://AkkaCompute/\nakka://AkkaCompute/system\n(akka://AkkaCompute/(system|user)\S*\n)+")]
    [InlineData("system uptime", @"\d+\.\d\d:\d\d:\d\d\n")]
    [InlineData("system info", @"version: \d+\.\d+\.\d+\n(\w+: [^\n]+\n)+")]
    [InlineData("compute workers", @"(" + Hash + @" \| " + Address + @" \| \[[^\]]*kernel:echo@1[^\]]*\]\n){5}Count: 5 workers, 2 slots, epoch \d+\n")]
    [InlineData("compute workers -n 2", @"(" + Hash + @" \| [^\n]+\n){2}Count: 5 workers, 2 shown, 2 slots, epoch \d+\n")]
    [InlineData("compute ring", @"(" + Hash + @" \| " + Hash + @" \| " + Address + @"\n){5}Count: 5 workers, 2 slots, epoch \d+\n")]
    [InlineData("compute keys", Hash + " # " + Address + @"\n")]
    [InlineData("compute epochs -n 1", @"\d+ \| beacon: " + Hash + @" \| roster: " + Hash + @" \| reveals: [01]\nCount: \d+ epochs\n")]
    [InlineData("compute blobs", @"(" + Hash + @" \| \d+ bytes \| open jobs: 0 of 0 \| used: [-\d]{10} [:\d]{8}Z \| boss: " + Hash + @"\n)*Count: \d blobs, 0 in use, \d+ of 1073741824 bytes; of a boss at most 268435456\n")]
    [InlineData("help cluster", @"cluster show\n    [^\n]+\ncluster status\n(.+\n)+")]
    public async Task A_command_prints_its_shape(string command, string shape) =>
        Assert.Matches($@"\A{shape}\z", await _node.OutputAsync(command.Split(' ')));

    [Fact(Timeout = 300_000)]
    public async Task A_module_is_shown_with_its_boss()
    {
        var payload = await _node.Node.Client.PutModuleAsync(BlobTests.Command, Cancel);
        Assert.Matches($@"(?m)^{payload.Module} \| 51 bytes \| open jobs: 0 of 0 \| used: [-\d]{{10}} [:\d]{{8}}Z \| boss: {_node.Node.Client.Boss}$",
            await _node.OutputAsync("compute", "blobs", "-n", "5"));
    }

    [Fact(Timeout = 300_000)]
    public async Task The_ring_is_sorted_by_position_and_names_the_workers()
    {
        var lines = (await _node.OutputAsync("compute", "ring")).Split('\n')[..5].Select(line => line.Split(" | ")).ToArray();
        Assert.Equal(lines.Select(line => line[0]).Order(StringComparer.Ordinal), lines.Select(line => line[0]));
        Assert.Equal(_node.Node.Workers.Select(id => id.ToString()).Order(StringComparer.Ordinal), lines.Select(line => line[1]).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_job_and_the_reputations_from_it_are_shown()
    {
        using var boss = KeyPair.Generate();
        await using var client = ComputeClient.Of(_node.Node.Context, new ComputeClientOptions { Key = boss });
        var request = new JobRequest(Jobs.Echo) { Id = JobId.Of(boss.NodeId, "shown"u8), Policy = Jobs.None, Label = "seen\tby pbm" };
        Jobs.AssertEchoed(await client.MapAsync(request, Jobs.Numbers(40), cancel: Cancel).AllAsync(), 40, ordered: true);
        var end = await client.Job(request.Id!.Value).FinishAsync();

        Assert.Matches(
            $@"(?m)^{request.Id} \| finished \| kernel:echo@1 \| none \| tasks: 40 \| decided: 40 \| failed: 0 \| executions: 40 \| created: \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ \| seen by pbm$",
            await _node.OutputAsync("compute", "jobs"));
        using var json = JsonDocument.Parse(await _node.OutputAsync("compute", "job", request.Id.Value.ToString(), "--json"));
        Assert.Equal(40, json.RootElement.GetProperty("decided").GetInt64());
        Assert.Equal(boss.NodeId.ToString(), json.RootElement.GetProperty("boss").GetString());
        Assert.Equal(40, json.RootElement.GetProperty("workers").EnumerateArray().Sum(worker => worker.GetProperty("accepted").GetInt64()));
        Assert.Matches(@"(?m)^status: finished$", await _node.OutputAsync("compute", "job", request.Id.Value.ToString()));

        var worker = end.Workers[0];
        Assert.Matches(
            $@"\A{worker.Worker} \| worker \| accepted: {worker.Accepted} \| rejected: 0 \| vouches: \d+\n{worker.Worker} \| boss \| accepted: 0 \| rejected: 0 \| vouches: 0\n{worker.Worker} \| standing: First \| trust: 0\.000 % \| period: 0 \| vouched for by: 0\n\z",
            await _node.OutputAsync("compute", "reputation", worker.Worker.ToString()));
        Assert.StartsWith(worker.Worker.ToString(), await _node.OutputAsync("compute", "reputation", worker.Worker.ToString()[..16]), StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task The_log_is_shown_as_it_was_and_as_it_comes()
    {
        _node.Node.Context.System.Log.Error("first {0}\nand more", 1);
        await Wait.EventuallyAsync(async () => (await _node.OutputAsync("log", "peek")).Contains("first 1 and more", StringComparison.Ordinal), "the log has it");
        Assert.Matches(@"(?m)^\[ERROR\] \[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] \[[^\]]+\] first 1 and more$", await _node.OutputAsync("log", "peek", "-n", "500"));
        var lines = await PbmProgram.ReadUntilAsync(
            [_node.EndPoint, "log", "tail"],
            line => line.Contains("second", StringComparison.Ordinal),
            line =>
            {
                if (line == "Following the log.")
                    _node.Node.Context.System.Log.Error("second");
                return Task.CompletedTask;
            });
        Assert.DoesNotContain(lines, line => line.Contains("first", StringComparison.Ordinal));
    }

    [Fact(Timeout = 300_000)]
    public async Task For_programs_each_line_is_a_JSON_object()
    {
        var lines = (await _node.OutputAsync("--json", "cluster", "show")).TrimEnd('\n').Split('\n');
        using var json = JsonDocument.Parse(Assert.Single(lines));
        Assert.Equal(_node.Node.Address, json.RootElement.GetProperty("address").GetString());
        Assert.Equal("up", json.RootElement.GetProperty("status").GetString());
        Assert.False(json.RootElement.GetProperty("unreachable").GetBoolean());
    }

    [Theory(Timeout = 300_000)]
    [InlineData("nonsense", 2, "'nonsense' is not known. There is: actor, cluster, cluster-sharding, compute, log, system, help.")]
    [InlineData("cluster", 2, "cluster: which command?")]
    [InlineData("cluster nonsense", 2, "cluster: 'nonsense' is not known. There is: show,")]
    [InlineData("cluster show all", 2, "'all' is one word too many")]
    [InlineData("cluster show -x 1", 2, "-x is not known")]
    [InlineData("cluster down", 2, "-a is missing. Usage: cluster down -a ADDRESS")]
    [InlineData("cluster down -a", 2, "-a has no value")]
    [InlineData("cluster down -a akka.tcp://Other@127.0.0.1:1", 2, "is not akka.tcp://AkkaCompute@HOST:PORT")]
    [InlineData("cluster down -a akka.tcp://AkkaCompute@127.0.0.1:1", 1, "akka.tcp://AkkaCompute@127.0.0.1:1 is no member.")]
    [InlineData("cluster leave -a akka.tcp://AkkaCompute@127.0.0.1:1", 1, "is no member.")]
    [InlineData("cluster join -a akka.tcp://AkkaCompute@127.0.0.1:1", 1, "is a member already")]
    [InlineData("cluster-sharding region-stats -r none", 1, "there is no region 'none'. There is: account, boss, chain, job, mailbox, reputation, worker.")]
    [InlineData("actor hierarchy -s /user/none", 1, "there is no actor /user/none here")]
    [InlineData("actor hierarchy -d 101", 2, "'101' is not a whole number within 0 .. 100")]
    [InlineData("compute job 12", 2, "'12' is not 64 hexadecimal digits")]
    [InlineData("compute job 0000000000000000000000000000000000000000000000000000000000000000", 1, "0000")]
    [InlineData("compute reputation 12", 2, "'12' is neither 64 hexadecimal digits nor at least 4 of them")]
    [InlineData("compute reputation 0000000000000000000000000000", 1, "no c-node of epoch")]
    [InlineData("help nonsense", 2, "'nonsense' is not known")]
    public async Task What_cannot_be_done_is_said_with_its_exit_code(string command, int code, string why)
    {
        var result = await _node.PbmAsync(command.Split(' '));
        Assert.Equal(code, result.Code);
        Assert.Contains(why, result.Errors, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }
}
