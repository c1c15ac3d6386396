using System.Net.Sockets;
using System.Text;
using Akka.Event;
using AkkaCompute.Operations.Pbm;

namespace AkkaCompute.Tests.Cluster;

/// <summary>What comes to pbm's port from who speaks it badly, or not at all: an error or an end, and the next one is served.</summary>
public sealed class PbmProtocolTests : IAsyncLifetime
{
    private static readonly PbmLimits Limits = new() { Connections = 8, Request = TimeSpan.FromSeconds(3), Write = TimeSpan.FromSeconds(2) };

    private readonly TemporaryDirectory _directory = new();
    private PbmNode _node = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await PbmNode.StartAsync(_directory.Path, limits: Limits);

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_request_is_answered_line_by_line_and_the_connection_ends()
    {
        Assert.Equal("+akka://AkkaCompute\n.0\n", await AskAsync("pbm/1\ttext\tactor\tsystem\n"));
        Assert.Equal("+akka://AkkaCompute\n.0\n", await AskAsync("pbm/1\ttext\tactor\tsystem\r\npbm/1\ttext\tactor\tsystem\n"));
        Assert.Equal("+{\"system\":\"akka://AkkaCompute\"}\n.0\n", await AskAsync("pbm/1\tjson\tactor\tsystem\n"));
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_no_request_is_refused_and_the_next_one_is_served()
    {
        (string Request, string Answer)[] wrong =
        [
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", ".2 This is no request of pbm/1.\n"),
            ("pbm/2\ttext\tcluster\tshow\n", ".2 This is no request of pbm/1.\n"),
            ("pbm/1\n", ".2 The format is neither text nor json.\n"),
            ("pbm/1\txml\tcluster\tshow\n", ".2 The format is neither text nor json.\n"),
            ("\n", ".2 This is no request of pbm/1.\n"),
            ($"pbm/1\ttext{string.Concat(Enumerable.Repeat("\tx", 65))}\n", ".2 65 words, at most 64.\n"),
            ($"pbm/1\ttext\t{new string('x', 4096)}\n", ".2 The request: a line is over 4096 bytes.\n"),
        ];
        foreach (var (request, answer) in wrong)
            Assert.Equal(answer, await AskAsync(request));
        Assert.Equal(".2 The request: a line is no UTF-8.\n", await AskAsync([0xff, 0xfe, (byte)'\n']));
        Assert.Equal(".2 The request: a line is over 4096 bytes.\n", await AskAsync(new byte[60_000]));
        await AssertServesAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task Garbage_ends_nothing_but_its_own_connection()
    {
        var random = new Random(20);
        for (var round = 0; round < 60; round++)
        {
            var bytes = new byte[random.Next(0, 9000)];
            random.NextBytes(bytes);
            var answer = await AskAsync(round % 2 == 0 ? bytes : [.. "pbm/1\ttext\t"u8, .. bytes]);
            Assert.True(answer.Length == 0 || answer.StartsWith('.'), answer);
        }
        await AssertServesAsync();
    }

    [Fact(Timeout = 300_000)]
    public async Task A_client_that_does_not_finish_its_request_is_given_up_and_hinders_nobody()
    {
        using var slow = await ConnectAsync();
        await slow.GetStream().WriteAsync("pbm/1\ttext"u8.ToArray(), Cancel);
        await AssertServesAsync();
        Assert.Equal(".2 No whole request came in 3 s.\n", await ReadAsync(slow.GetStream()));
    }

    [Fact(Timeout = 300_000)]
    public async Task A_client_that_does_not_read_is_given_up()
    {
        using var deaf = await ConnectAsync(receiveBuffer: 4096);
        await deaf.GetStream().WriteAsync("pbm/1\ttext\tlog\ttail\n"u8.ToArray(), Cancel);
        var text = new string('x', 10_000);
        // It is given up when its buffers are full and nothing has been read for the write's time.
        using var gone = new CancellationTokenSource();
        var fill = Task.Run(
            async () =>
            {
                while (!gone.IsCancellationRequested)
                {
                    // At a level that nothing but the feed takes.
                    _node.Node.Context.System.EventStream.Publish(new Debug(null, "test", typeof(PbmProtocolTests), text));
                    await Task.Delay(5, Cancel);
                }
            },
            Cancel);
        await Wait.EventuallyAsync(() => Open() == 0, "the deaf client is given up");
        await gone.CancelAsync();
        await fill;
        await AssertServesAsync();

        int Open() => System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Count(
            connection => connection.LocalEndPoint.Port == _node.Server.EndPoint.Port && connection.State == System.Net.NetworkInformation.TcpState.Established);
    }

    [Fact(Timeout = 300_000)]
    public async Task One_connection_too_many_is_told_so_and_there_is_room_again_when_others_end()
    {
        var open = new List<TcpClient>();
        try
        {
            for (var i = 0; i < Limits.Connections; i++)
            {
                var tail = await ConnectAsync();
                open.Add(tail);
                await tail.GetStream().WriteAsync("pbm/1\ttext\tcluster\ttail\n"u8.ToArray(), Cancel);
                await tail.GetStream().ReadExactlyAsync(new byte[1], Cancel); // it is being served
            }
            using (var one = await ConnectAsync())
                Assert.Equal(".1 8 connections are open, which is the most.\n", await ReadAsync(one.GetStream()));
            var result = await _node.PbmAsync("cluster", "show");
            Assert.Equal((1, "8 connections are open, which is the most.\n"), (result.Code, result.Errors));
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
        await Wait.EventuallyAsync(async () => await AskAsync("pbm/1\ttext\tactor\tsystem\n") == "+akka://AkkaCompute\n.0\n", "there is room again");
        // What the tails had going is gone with them.
        await Wait.EventuallyAsync(
            async () => !(await _node.OutputAsync("actor", "hierarchy", "-s", "/user", "-d", "1")).Contains("/user/$b", StringComparison.Ordinal), "their actors are stopped");
    }

    [Fact(Timeout = 300_000)]
    public async Task When_the_port_closes_what_follows_is_ended_and_pbm_says_that_nothing_answers()
    {
        using var tail = await ConnectAsync();
        await tail.GetStream().WriteAsync("pbm/1\ttext\tcluster\ttail\n"u8.ToArray(), Cancel);
        await tail.GetStream().ReadExactlyAsync(new byte[1], Cancel);
        await _node.Server.DisposeAsync().AsTask().WaitAsync(Wait.Long, Cancel);
        Assert.DoesNotContain("\n.0", await ReadAsync(tail.GetStream()), StringComparison.Ordinal);
        var result = await _node.PbmAsync("cluster", "show");
        Assert.Equal(3, result.Code);
        Assert.Contains("is not reachable", result.Errors, StringComparison.Ordinal);
    }

    private async Task AssertServesAsync() => Assert.Equal("+akka://AkkaCompute\n.0\n", await AskAsync("pbm/1\ttext\tactor\tsystem\n"));

    private Task<string> AskAsync(string request) => AskAsync(Encoding.UTF8.GetBytes(request));

    /// <summary>Sends bytes, says that no more come, and reads to the end.</summary>
    private async Task<string> AskAsync(byte[] request)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(request, Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        return await ReadAsync(stream);
    }

    private async Task<TcpClient> ConnectAsync(int? receiveBuffer = null)
    {
        var client = new TcpClient();
        if (receiveBuffer is { } bytes)
            client.ReceiveBufferSize = bytes;
        await client.ConnectAsync(_node.Server.EndPoint, Cancel);
        return client;
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            return await reader.ReadToEndAsync(Cancel).WaitAsync(Wait.Long, Cancel);
        }
        catch (IOException)
        {
            return ""; // reset: the other side has given up
        }
    }
}
