using System.Net;
using System.Net.Sockets;
using AkkaCompute.Operations.Observability;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Connections that say nothing keep nobody out of what shows a node.</summary>
public sealed class SilentConnectionsTests : IAsyncLifetime
{
    private const int Silent = 1_000;

    private readonly TemporaryDirectory _directory = new();
    private readonly List<TcpClient> _silent = [];
    private PbmNode _node = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _node = await PbmNode.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        _silent.ForEach(client => client.Dispose());
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Fact(Timeout = 300_000)]
    public async Task Health_and_metrics_answer_beside_a_thousand()
    {
        await using var http = await NodeHttp.StartAsync(_node.Node.Context, new IPEndPoint(IPAddress.Loopback, 0));
        await OpenAsync(http.EndPoint);
        foreach (var path in (string[])["healthz", "readyz", "metrics"])
        {
            // A connection for each, as a probe has.
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            using var answer = await client.GetAsync(new Uri($"http://{http.EndPoint}/{path}"), Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact(Timeout = 300_000)]
    public async Task Pbm_answers_beside_a_thousand()
    {
        await OpenAsync(_node.Server.EndPoint);
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Server.EndPoint, Cancel);
        await client.GetStream().WriteAsync("pbm/1\ttext\tactor\tsystem\n"u8.ToArray(), Cancel);
        Assert.Equal("+akka://AkkaCompute\n.0\n", await new StreamReader(client.GetStream()).ReadToEndAsync(Cancel).WaitAsync(Wait.Long, Cancel));
    }

    private async Task OpenAsync(IPEndPoint port)
    {
        for (var i = 0; i < Silent; i++)
        {
            var client = new TcpClient();
            _silent.Add(client);
            await client.ConnectAsync(port, Cancel);
        }
    }
}
