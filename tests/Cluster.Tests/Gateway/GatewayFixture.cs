using System.Net;
using System.Text.Json;
using AkkaCompute.Gateway;
using AkkaCompute.Gateway.Limits;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;

namespace AkkaCompute.Tests.Cluster.Gateway;

/// <summary>The tests of the gateway have one node together: starting one takes longer than most of them.</summary>
[CollectionDefinition(nameof(GatewayFixture))]
public sealed class GatewayCollection : ICollectionFixture<GatewayFixture>;

/// <summary>One node with its gateway on loopback, for all tests that only ask.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal TestNode Node { get; private set; } = null!;

    internal GatewayHost Gateway { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await TestNode.StartAsync(_directory.Path);
        Gateway = await OpenAsync(Node, _directory.Path);
        Http = new HttpClient { BaseAddress = Gateway.Address };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose(); // where the node did not start there is none
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        if (Node is not null)
            await Node.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>A gateway of this node with other settings, such as limits.</summary>
    internal Task<GatewayHost> OpenAsync(Func<GatewayOptions, GatewayOptions> configure) => OpenAsync(Node, Directory.CreateTempSubdirectory().FullName, configure);

    internal static Task<GatewayHost> OpenAsync(TestNode node, string directory, Func<GatewayOptions, GatewayOptions>? configure = null, string? runtimes = null)
    {
        var options = GatewayStart.OptionsOf(new NodeSettings { DataDirectory = directory, Runtimes = runtimes }, new IPEndPoint(IPAddress.Loopback, 0));
        options = options with { Limits = new GatewayLimits { RequestsPerSecond = 10_000 } };
        return GatewayHost.StartAsync(node.Context, configure?.Invoke(options) ?? options);
    }

    /// <summary>A problem of RFC 9457: its status is the answer's.</summary>
    internal static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }
}
