using System.Net;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Demo;
using AkkaCompute.Domain.Work;
using AkkaCompute.Gateway;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Storage;
using Microsoft.Data.Sqlite;

namespace AkkaCompute.Node.Hosting;

/// <summary>A node for the demo: it founds a cluster of its own, at any free port.</summary>
internal sealed class DemoNode : IDemoNode
{
    private readonly NodeHost _host;
    private readonly string _data;

    private DemoNode(NodeHost host, string data) => (_host, _data) = (host, data);

    public NodeContext Node => _host.Node;

    /// <inheritdoc cref="StartDemoNode"/>
    /// <exception cref="UserErrorException">A directory can't be used.</exception>
    public static async Task<IDemoNode> StartAsync(
        DemoSettings settings, string data, Func<int, ISandbox, ISandbox> wrap, CancellationToken cancel)
    {
        var node = new NodeSettings
        {
            Runtimes = null,
            DataDirectory = data,
            Port = 0,
            Workers = settings.Workers,
            Slots = settings.Slots,
            LogLevel = settings.LogLevel,
        };
        var host = await NodeStart.StartAsync(
            new SaidSettings(node, new Dictionary<Setting, string>()),
            wrap,
            options => options with { SettleTime = TimeSpan.Zero }, // nobody else comes: too few are too few at once
            cancel);
        return new DemoNode(host, data);
    }

    public GatewayOptions GatewayAt(IPEndPoint address) =>
        GatewayStart.OptionsOf(new NodeSettings { DataDirectory = _data }, address);

    /// <exception cref="UserErrorException">The journal is damaged.</exception>
    public async Task WaitUntilReadyAsync(int least, IProgress<int> progress, CancellationToken cancel)
    {
        try
        {
            await _host.WaitUntilReadyAsync(least, progress, cancel);
        }
        catch (StorageException wrong)
        {
            throw NodeStart.Told(wrong);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        // Pooled connections keep files open, which some systems do not delete then.
        SqliteConnection.ClearAllPools();
    }
}
