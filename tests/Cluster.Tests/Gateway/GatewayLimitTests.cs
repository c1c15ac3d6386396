using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>Strangers take no more of a node than the gateway's limits let them.</summary>
[Collection(nameof(GatewayFixture))]
public sealed class GatewayLimitTests(GatewayFixture fixture)
{
    private static readonly GatewayLimits Tight = new()
    {
        RequestsPerSecond = 5, ConnectionsPerAddress = 4, HeadersTime = TimeSpan.FromSeconds(1), IdleTime = TimeSpan.FromSeconds(2), SlowTime = TimeSpan.FromSeconds(2),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_requests_than_an_address_may_are_refused_with_the_time_to_wait()
    {
        await using var gateway = await OpenAsync();
        using var http = new HttpClient { BaseAddress = gateway.Address };
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            using var response = await http.GetAsync("/v1/roster", Cancel);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            refused++;
            Assert.Equal("Unavailable", (await GatewayFixture.ProblemAsync(response, HttpStatusCode.TooManyRequests)).GetProperty("reason").GetString());
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
        }
        Assert.InRange(refused, 1, 30); // ten at once, and five more a second
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_unread_and_there_is_room_when_others_end()
    {
        await using var gateway = await OpenAsync();
        var held = new List<TcpClient>();
        for (var i = 0; i < Tight.ConnectionsPerAddress; i++)
            held.Add(await ConnectAsync(gateway));
        const string Request = "GET /v1/roster HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        Assert.Equal("", await AskAsync(gateway, Request));
        held.ForEach(one => one.Dispose());
        await Wait.EventuallyAsync(
            async () => (await AskAsync(gateway, Request)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal), "there is room again");
    }

    [Theory]
    [InlineData("GET /v1/roster HTTP/1.1\r\nHost: localhost\r\n")]
    [InlineData("POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{")]
    [InlineData("")]
    public async Task Who_sends_a_byte_now_and_then_is_cut_off(string begun)
    {
        await using var gateway = await OpenAsync();
        using var slow = await ConnectAsync(gateway);
        var stream = slow.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(begun), Cancel);
        var watch = Stopwatch.StartNew();
        var answer = ReadAsync(stream);
        while (!answer.IsCompleted && watch.Elapsed < Wait.Long)
        {
            await Task.WhenAny(answer, Task.Delay(200, Cancel));
            try
            {
                if (begun.Length > 0)
                    await stream.WriteAsync("x"u8.ToArray(), Cancel);
            }
            catch (IOException)
            {
                // it is closed
            }
        }
        Assert.True(answer.IsCompleted, "the connection is open still");
        Assert.DoesNotContain("HTTP/1.1 200", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/roster HTTP/1.1\r\nHost: localhost\r\nX: {0}\r\n\r\n", 20_000, "431")]
    [InlineData("GET /v1/roster?x={0} HTTP/1.1\r\nHost: localhost\r\n\r\n", 5_000, "414")]
    [InlineData("GET /v1/roster HTTP/1.1\r\n{0}Host: localhost\r\n\r\n", -60, "431")]
    [InlineData("GET /v1/roster HTTP/1.1\r\n\r\n{0}", 0, "400")]
    public async Task Headers_beyond_the_limits_are_refused(string request, int fill, string status)
    {
        await using var gateway = await OpenAsync();
        using var client = await ConnectAsync(gateway);
        var filled = fill < 0 ? string.Concat(Enumerable.Range(0, -fill).Select(i => $"X{i}: 1\r\n")) : new string('x', fill);
        Assert.StartsWith($"HTTP/1.1 {status}", await AnswerAsync(client, request.Replace("{0}", filled, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_fills_with_time_and_the_one_that_asked_least_lately_makes_room()
    {
        var time = new SteppedTime();
        var rates = new RequestRates(2, 2, time);
        IPAddress one = IPAddress.Parse("10.0.0.1"), other = IPAddress.Parse("10.0.0.2"), third = IPAddress.Parse("10.0.0.3");
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Null(rates.Take(one)));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rates.Take(one));
        time.Step(TimeSpan.FromSeconds(1));
        Assert.Null(rates.Take(one));
        Assert.Null(rates.Take(one));
        Assert.NotNull(rates.Take(one));
        Assert.Null(rates.Take(other));
        Assert.NotNull(rates.Take(one)); // asked later than the other one
        Assert.Null(rates.Take(third));
        Assert.Equal(2, rates.Known);
        Assert.NotNull(rates.Take(one)); // so it is remembered
    }

    [Theory]
    [InlineData("10.1.2.3", null, "10.1.2.3")]
    [InlineData("::ffff:10.1.2.3", null, "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", null, "2001:db8:1:2::")]
    [InlineData("10.1.2.3", "1.1.1.1", "10.1.2.3")]
    [InlineData("10.9.9.9", "1.1.1.1, 2.2.2.2", "2.2.2.2")]
    [InlineData("10.9.9.9", "nonsense", "10.9.9.9")]
    public void A_client_is_who_is_connected_or_whom_the_operators_proxy_names(string peer, string? forwarded, string client) =>
        Assert.Equal(IPAddress.Parse(client), ClientAddress.Of(IPAddress.Parse(peer), forwarded, [IPAddress.Parse("10.9.9.9")]));

    private Task<GatewayHost> OpenAsync() => fixture.OpenAsync(options => options with { Limits = Tight });

    private static async Task<TcpClient> ConnectAsync(GatewayHost gateway)
    {
        var client = new TcpClient();
        await client.ConnectAsync(gateway.EndPoint, Cancel);
        return client;
    }

    /// <summary>What comes by a new connection; empty where it is closed, while it is made or later.</summary>
    private static async Task<string> AskAsync(GatewayHost gateway, string request)
    {
        try
        {
            using var client = await ConnectAsync(gateway);
            return await AnswerAsync(client, request);
        }
        catch (SocketException closed) when (closed.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "";
        }
    }

    private static async Task<string> AnswerAsync(TcpClient client, string request)
    {
        try
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException)
        {
            return ""; // it is closed already
        }
        return await ReadAsync(client.GetStream());
    }

    /// <summary>What comes at first; empty where the connection is closed.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[4096];
        try
        {
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancel));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Timestamps that are set by hand.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Step(TimeSpan by) => _now += by.Ticks;
    }
}
