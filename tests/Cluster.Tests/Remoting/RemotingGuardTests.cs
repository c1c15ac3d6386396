using Akka.Actor;
using Akka.Remote;
using AkkaCompute.Actors.Client;
using static AkkaCompute.Tests.RawFrames.Frames;

namespace AkkaCompute.Tests.Cluster.Remoting;

/// <summary>What a peer says at the port of Akka.Remote is bounded before Akka.NET reads it, and the node goes on.</summary>
[Collection(Alone.Refusing)]
public sealed class RemotingGuardTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private TestNode _node = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Port => Address.Parse(_node.Address).Port!.Value;

    private string To => $"{_node.Address}/user/compute";

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_out_of_bounds_ends_its_connection_and_is_counted_and_the_node_goes_on()
    {
        using var refused = new Counted("akkacompute.remote.refused");
        await SendAsync("sequence", Associate(), Message(To, 128));
        await SendAsync("sequence", Associate(), Message(To, 1UL << 50));
        await SendAsync("acknowledgement", Associate(), Acknowledgement(1UL << 60));
        await SendAsync("acknowledgement", Associate(), Acknowledgement(1_000, [.. Enumerable.Range(0, 129).Select(gap => (ulong)gap)]));
        await SendAsync("not-a-handshake", Heartbeat);
        await SendAsync("not-a-handshake", Message(To, null));
        await SendAsync("not-a-handshake", new byte[2_049]);
        await SendAsync("second-handshake", Associate(), Associate());
        await SendAsync("address", Associate(protocol: "akka.ssl.tcp"));
        await SendAsync("address", Associate("AkkaCompute", port: (ulong)Port)); // the node's own
        await SendAsync("too-long", Associate(), Message(new string('a', 5_000), null));
        await SendAsync("malformed", Associate(), Payload(Bytes(2, Bytes(2, Content([], 2)))));
        await SendAsync("malformed", [1, 2, 3, 4]);
        Jobs.AssertEchoed(
            await _node.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(100), cancel: Cancel).AllAsync(), 100, ordered: true);

        async Task SendAsync(string kind, params byte[][] frames)
        {
            var before = refused[kind];
            using var peer = await RawPeer.ConnectAsync(Port);
            await peer.SendAsync(frames);
            await peer.ClosedAsync();
            await Wait.EventuallyAsync(() => refused[kind] > before, $"'{kind}' is counted");
        }
    }

    // The oldest makes room, so that somebody who means it comes in.
    [Fact(Timeout = 300_000)]
    public async Task A_boss_program_comes_in_while_a_thousand_connections_say_nothing()
    {
        using var refused = new Counted("akkacompute.remote.refused");
        var silent = new List<RawPeer>();
        try
        {
            for (var i = 0; i < 1_000; i++)
                silent.Add(await RawPeer.ConnectAsync(Port));
            await Wait.EventuallyAsync(() => refused["crowded"] >= 700, "the oldest make room");
            await using var client = ComputeClient.Connect([_node.Address]);
            var outcomes = await client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(100), cancel: Cancel).AllAsync();
            Jobs.AssertEchoed(outcomes, 100, ordered: true);
        }
        finally
        {
            silent.ForEach(peer => peer.Dispose());
        }
    }

    // Its port may be another program's by now, and TLS that fails there would end the node.
    [Fact(Timeout = 300_000)]
    public async Task A_node_calls_nobody_of_another_system()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var stranger = $"akka.tcp://Stranger@127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";
        var member = stranger.Replace("Stranger", _node.Context.System.Name, StringComparison.Ordinal);
        _node.Context.System.ActorSelection($"{stranger}/user/anyone").Tell("hello");
        _node.Context.System.ActorSelection($"{member}/user/anyone").Tell("hello");
        using var called = await listener.AcceptSocketAsync(Cancel);
        // The stranger's name was first; whoever is called says hello to the other.
        var buffer = new byte[1_024];
        var length = await called.ReceiveAsync(buffer, Cancel);
        Assert.True(length > 0);
        Assert.False(listener.Pending());
    }

    /// <summary>Akka.Remote takes a handshake under a member's address for that member, started again: it quarantines the one that is there.</summary>
    [Fact(Timeout = 300_000)]
    public async Task A_peer_that_says_it_is_a_member_started_again_cuts_nobody_off()
    {
        await using var member = await TestNode.StartAsync(
            _directory["second"], settings => settings with { Journal = Path.Combine(_directory.Path, "journal.db"), Seeds = [_node.Address] });
        var port = (ulong)Address.Parse(member.Address).Port!.Value;
        using var refused = new Counted("akkacompute.remote.refused");
        var quarantined = new TaskCompletionSource();
        _node.Context.System.ActorOf(Props.Create(() => new Quarantines(quarantined)));
        using (var peer = await RawPeer.ConnectAsync(Port))
        {
            await peer.SendAsync(Associate(_node.Context.System.Name, port: port, uid: 4_711));
            await peer.ClosedAsync();
        }
        Assert.Equal(1, refused["taken"]);
        Jobs.AssertEchoed(await member.Client.MapAsync(new JobRequest(Jobs.Echo), Jobs.Numbers(200), cancel: Cancel).AllAsync(), 200, ordered: true);
        Assert.False(quarantined.Task.IsCompleted, "quarantined");
        Assert.Equal(2, Akka.Cluster.Cluster.Get(_node.Context.System).State.Members.Count);
    }

    private sealed class Quarantines : ReceiveActor
    {
        public Quarantines(TaskCompletionSource seen)
        {
            Context.System.EventStream.Subscribe(Self, typeof(QuarantinedEvent));
            Receive<QuarantinedEvent>(_ => seen.TrySetResult());
        }
    }
}
