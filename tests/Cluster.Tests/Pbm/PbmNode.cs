using System.Net;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Operations.Pbm;
using AkkaCompute.Operations.Pbm.Server;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A node in the test's process whose pbm port is open.</summary>
internal sealed class PbmNode : IAsyncDisposable
{
    private bool _closed;

    private PbmNode(TestNode node, PbmServer server) => (Node, Server) = (node, server);

    public TestNode Node { get; }

    public PbmServer Server { get; }

    public string EndPoint => Server.EndPoint.ToString();

    public static async Task<PbmNode> StartAsync(string directory, Func<NodeSettings, NodeSettings>? settings = null, PbmLimits? limits = null)
    {
        var node = await TestNode.StartAsync(directory, settings);
        return new PbmNode(node, PbmServer.Start(node.Context, new IPEndPoint(IPAddress.Loopback, 0), limits));
    }

    /// <summary>Runs pbm against this node.</summary>
    public Task<PbmProgram.Result> PbmAsync(params string[] words) => PbmProgram.RunAsync([EndPoint, .. words]);

    /// <summary>What pbm prints; the command must succeed, and print nothing else.</summary>
    public async Task<string> OutputAsync(params string[] words)
    {
        var result = await PbmAsync(words);
        Assert.True(result.Code == 0, $"{string.Join(' ', words)} ended with {result.Code}: {result.Errors}");
        Assert.Equal("", result.Errors);
        return result.Output.ReplaceLineEndings("\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        await Server.DisposeAsync();
        await Node.DisposeAsync();
    }
}

/// <summary>One node, and what several tests ask it.</summary>
public sealed class OnePbmNode : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();

    internal PbmNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Node = await PbmNode.StartAsync(_directory.Path);

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _directory.Dispose();
    }
}
