using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using AkkaCompute.Gateway.Workers;
using AkkaCompute.Tests.Cluster.Gateway;
using static AkkaCompute.Domain.Outside.Workers.Greeting;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>What strangers say at the workers' door, and how it is closed.</summary>
public sealed class HostileWorkerTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>, IDisposable
{
    private readonly KeyPair _key = KeyPair.Generate();

    private Uri Url => OutsideWorkerTests.UrlOf(fixture.Gateway);

    public void Dispose() => _key.Dispose();

    [Theory(Timeout = 300_000)]
    [InlineData("no JSON", 4400, "frame")]
    [InlineData("[]", 4400, "frame")]
    [InlineData("{}", 4400, "t")]
    [InlineData("{\"t\":\"what\"}", 4400, "t: 'what'")]
    [InlineData("{\"t\":\"ping\"}", 4400, "hello")]
    [InlineData("{\"t\":\"join\",\"credit\":1}", 4400, "hello")]
    [InlineData("{\"t\":\"hello\",\"id\":\"12\"}", 4400, "id")]
    [InlineData("{\"t\":[[[[[[[[[[1]]]]]]]]]]}", 4400, "frame")]
    public async Task What_is_no_hello_ends_the_connection(string text, int code, string words)
    {
        await using var socket = await OutsideSocket.OpenAsync(Url, _key.NodeId);
        await socket.SendAsync(text);
        Assert.Equal(code, await socket.EndAsync());
        Assert.Contains(words, socket.CloseWords, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_frame_over_the_limit_is_not_read_to_its_end()
    {
        await using var socket = await OutsideSocket.ConnectAsync(Url, _key.NodeId, _key);
        await socket.SendAsync(new string(' ', WorkerFrame.MaxBytes + 1));
        Assert.Equal(1009, await socket.EndAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task A_hello_is_good_for_its_key_challenge_and_gateway_alone()
    {
        using var other = KeyPair.Generate();
        var origin = OutsideSocket.Origin(Url);
        await using var first = await OutsideSocket.OpenAsync(Url, _key.NodeId);
        var hello = Hello.Sign(_key, _key.NodeId, first.Challenge, origin);

        Assert.Equal(4401, await SayAsync(_ => hello)); // another challenge
        Assert.Equal(4401, await SayAsync(challenge => Hello.Sign(other, _key.NodeId, challenge, origin))); // another key
        Assert.Equal(4401, await SayAsync(challenge => Hello.Sign(_key, _key.NodeId, challenge, "ws://elsewhere:1"))); // another gateway
        Assert.Equal(4401, await SayAsync(challenge => Hello.Sign(_key, _key.NodeId, challenge, origin) with { Origin = origin.ToUpperInvariant() })); // signed another text
        Assert.Equal(4400, await SayAsync(challenge => Hello.Sign(_key, _key.NodeId, challenge, origin, version: 2)));

        first.Send(hello);
        Assert.IsType<Welcome>(await first.ReadAsync());
    }

    [Fact(Timeout = 300_000)]
    public async Task Who_has_not_declared_itself_does_not_work()
    {
        await using var socket = await OutsideSocket.ConnectAsync(Url, _key.NodeId, _key);
        socket.Send(new Working.Join(4, default));
        Assert.Equal(4403, await socket.EndAsync());
        Assert.Contains("declared", socket.Refused?.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 300_000)]
    public async Task Who_is_silent_or_too_fast_is_cut_off()
    {
        await using var strict = await fixture.OpenAsync(options => options with
        {
            Workers = new WorkerLimits { Patience = TimeSpan.FromMilliseconds(500), Silence = TimeSpan.FromSeconds(2), FramesPerSecond = 10 },
        });
        var url = OutsideWorkerTests.UrlOf(strict);
        await using var mute = await OutsideSocket.OpenAsync(url, _key.NodeId);
        Assert.Equal(4408, await mute.EndAsync());

        await using var silent = await OutsideSocket.ConnectAsync(url, _key.NodeId, _key);
        Assert.Equal(4408, await silent.EndAsync());

        await using var fast = await OutsideSocket.ConnectAsync(url, _key.NodeId, _key);
        for (var i = 0; i < 30; i++)
            fast.Send(new Asking.GetRecord(i + 1));
        Assert.Equal(4429, await fast.EndAsync());
    }

    private async Task<int> SayAsync(Func<Challenge, Hello> hello)
    {
        await using var socket = await OutsideSocket.OpenAsync(Url, _key.NodeId);
        socket.Send(hello(socket.Challenge));
        return await socket.EndAsync();
    }
}
