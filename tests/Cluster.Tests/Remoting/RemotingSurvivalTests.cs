using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>Frames that took all memory of a process, sent to processes that have little.</summary>
public sealed class RemotingSurvivalTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    [Theory(Timeout = 300_000)]
    [InlineData("AkkaCompute.Cluster.Lighthouse", "lighthouse: ", "0x8000000")]
    [InlineData("AkkaCompute.Cluster.Node", "ready: ", "0x20000000")]
    public async Task A_frame_with_a_number_far_ahead_does_not_end_a_process(string program, string ready, string heap)
    {
        var port = Child.FreePort();
        var isNode = program.EndsWith("Node", StringComparison.Ordinal);
        string[] arguments = isNode ? ["node", "--port", $"{port}", "--data", _data["node"], "--pbm-port", "off", "--workers", "1"] : [];
        using var child = await Child.StartAsync(
            program, ready, new Dictionary<string, string> { ["CLUSTER_PORT"] = $"{port}", ["DOTNET_GCHeapHardLimit"] = heap }, arguments);
        var to = $"akka.tcp://AkkaCompute@127.0.0.1:{port}/user/compute";
        using (var peer = await RawPeer.ConnectAsync(port))
        {
            await peer.GreetAsync(Associate("Fuzz"));
            await peer.SendAsync(Message(to, 1UL << 40));
            await peer.ClosedAsync();
        }
        await RefusedAsync(1);
        // Each a step that is small, over one that never comes.
        using (var peer = await RawPeer.ConnectAsync(port))
        {
            await peer.GreetAsync(Associate("Fuzz", uid: 100));
            for (var number = 1UL; number < 2_000_000; number += 100)
            {
                if (!await peer.SendAsync(Message(to, number)))
                    break;
            }
            await peer.ClosedAsync();
        }
        await RefusedAsync(2);
        using (var peer = await RawPeer.ConnectAsync(port))
            await peer.GreetAsync(Associate("Fuzz", uid: 101));
        await child.TerminateAsync();
        Assert.Equal(0, await child.EndAsync());
        Assert.DoesNotContain(child.Lines, line => line.Contains("OutOfMemory", StringComparison.Ordinal));

        // That it is the number which ends the connection: without the guard some of these frames do so too, by the memory they take.
        Task RefusedAsync(int times) => Wait.EventuallyAsync(
            () => child.Lines.Count(line => line.EndsWith("was closed: sequence.", StringComparison.Ordinal)) >= times, $"{times} refused for their number");
    }

    public void Dispose() => _data.Dispose();
}
