using System.Net;
using Akka.Configuration;
using AkkaCompute.Actors.Client;
using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>
/// Changed frames of a boss program's traffic, sent to a node and to a lighthouse: it goes on, takes no more memory than it should, and
/// serves bosses during and after.
/// </summary>
[Trait("Category", "Long")]
[Collection(Alone.Measuring)]
public sealed class RemotingFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long MoreDuring = 256 << 20, MoreAfter = 64 << 20;

    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.2");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changed_frames_of_recorded_traffic_end_no_node_and_take_no_memory(bool tls)
    {
        output.WriteLine($"AKKACOMPUTE_TEST_SEED={FrameFlood.Seed}");
        var authority = new Authority(_directory["authority"]);
        using var certificate = tls ? authority.Issue("fuzz") : null;
        await using var proxy = new RecordingProxy(certificate);
        var port = Child.FreePort();
        var files = authority.Files("node");
        await using var node = await TestNode.StartAsync(_directory["node"], settings => (tls ? settings with
        {
            TlsCertificate = files.Certificate, TlsPasswordFile = files.PasswordFile, TlsAuthority = files.Authority,
        } : settings) with { Port = port, LogLevel = "OFF", Hocon = PublicPort(proxy) });
        proxy.Start(port);
        await ServeAsync(200);
        Assert.True(proxy.Frames.Count > 20, $"{proxy.Frames.Count} frames recorded");
        // And two with what a short run seldom has: a number, and gaps.
        byte[][] recorded = [.. proxy.Frames, Message($"{node.Address}/user/compute", 1), Acknowledgement(3, 1)];

        // Another boss, of another machine, all the time.
        proxy.Source = Elsewhere;
        await using var other = Boss();
        await RunAsync(other, 100);

        using var refused = new Counted("akkacompute.remote.refused");
        var flood = new FrameFlood(port, recorded, certificate);
        await flood.SendSomeAsync(); // what is made once
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = flood.SendAllAsync();
        await RunAsync(other, 100);
        await sending;
        Assert.True(flood.Highest - before < MoreDuring, $"{flood.Highest - before:N0} bytes more while they came");

        // A new boss: at once from another address, and from the flood's when it has its ration again, one system a second.
        await ServeAsync(100);
        proxy.Source = IPAddress.Loopback;
        await ServeAsync(100);
        var after = 0L;
        await Wait.EventuallyAsync(
            () => Task.FromResult((after = GC.GetTotalMemory(forceFullCollection: true)) - before < MoreAfter), () => $"{after - before:N0} bytes more are free again",
            2 * Wait.Long);
        Assert.All(["malformed", "sequence", "acknowledgement", "not-a-handshake", "address"], kind => Assert.True(refused[kind] > 0, kind));
        output.WriteLine($"{flood}; bytes before {before:N0}, at most {flood.Highest:N0}, after {after:N0}; {refused["strangers"]:N0} strangers refused");

        ComputeClient Boss() => ComputeClient.Connect([node.Address], new ComputeClientOptions { Tls = tls ? authority.Files("boss") : null });

        async Task ServeAsync(int tasks)
        {
            await using var boss = Boss();
            await RunAsync(boss, tasks);
        }
    }

    /// <summary>A lighthouse with little memory: what takes it ends the process.</summary>
    [Fact]
    public async Task Changed_frames_of_recorded_traffic_end_no_lighthouse()
    {
        output.WriteLine($"AKKACOMPUTE_TEST_SEED={FrameFlood.Seed}");
        await using var proxy = new RecordingProxy();
        var port = Child.FreePort();
        var address = $"akka.tcp://AkkaCompute@127.0.0.1:{proxy.Port}";
        await File.WriteAllTextAsync(_directory["hocon"], PublicPort(proxy).ToString(), Cancel);
        using var lighthouse = await Child.StartAsync("AkkaCompute.Cluster.Lighthouse", $"lighthouse: {address}", new Dictionary<string, string>
        {
            ["CLUSTER_PORT"] = $"{port}", ["CLUSTER_SEEDS"] = address, ["AKKACOMPUTE_HOCON"] = _directory["hocon"], ["DOTNET_GCHeapHardLimit"] = "0x8000000",
        });
        proxy.Start(port);
        await using (var boss = ComputeClient.Connect([address], new ComputeClientOptions { Patience = TimeSpan.FromSeconds(8) }))
            await Assert.ThrowsAsync<ComputeUnavailableException>(() => boss.GetRosterAsync(Cancel));
        Assert.True(proxy.Frames.Count > 3, $"{proxy.Frames.Count} frames recorded");

        var flood = new FrameFlood(port, [.. proxy.Frames, Message($"{address}/system/receptionist", 1), Acknowledgement(3, 1)]);
        await flood.SendAllAsync();
        output.WriteLine($"{flood}");
        // It still lets nodes in.
        proxy.Source = Elsewhere;
        await using var node = await TestNode.StartAsync(_directory["node"], settings => settings with { Seeds = [address] });
        Assert.Equal(2, Akka.Cluster.Cluster.Get(node.Context.System).State.Members.Count);
        await RunAsync(node.Client, 100);
    }

    private static Config PublicPort(RecordingProxy proxy) => ConfigurationFactory.ParseString($"akka.remote.dot-netty.tcp.public-port = {proxy.Port}");

    private static async Task RunAsync(ComputeClient boss, int tasks) =>
        Jobs.AssertEchoed(await boss.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(tasks), cancel: Cancel).AllAsync(), tasks, ordered: true);
}
