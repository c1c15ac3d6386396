using AkkaCompute.Actors.Client;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Hosting;
using AkkaCompute.Sandbox.Kernels;

namespace AkkaCompute.Tests.Cluster;

/// <summary>A cluster node in the test's process.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly NodeHost _host;
    private Task? _ended;

    private TestNode(NodeHost host) => (_host, Client) = (host, ComputeClient.Of(host.Node));

    public NodeContext Context => _host.Node;

    /// <inheritdoc cref="NodeHost.LeftOnRequest"/>
    public bool LeftOnRequest => _host.LeftOnRequest;

    /// <summary>A boss program in the node's process.</summary>
    public ComputeClient Client { get; }

    public string Address => Akka.Cluster.Cluster.Get(Context.System).SelfAddress.ToString();

    public IReadOnlyList<NodeId> Workers => [.. Context.Options.Workers.Select(worker => worker.Id)];

    /// <summary>
    /// Starts a node of 5 workers on 2 slots, and waits until its workers can be drawn. It waits long for reveals: on a busy machine
    /// an epoch is late, and not degraded.
    /// </summary>
    public static async Task<TestNode> StartAsync(
        string directory, Func<NodeSettings, NodeSettings>? settings = null,
        Func<int, ISandbox, ISandbox>? wrap = null, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null)
    {
        var defaults = new NodeSettings { DataDirectory = directory, Port = 0, Workers = 5, Slots = 2, LogLevel = "ERROR", Bootstrap = null };
        var node = new TestNode(await NodeHost.StartAsync(
            settings?.Invoke(defaults) ?? defaults, wrap,
            options => Configured(options with { Rules = options.Rules with { AdmissionBits = 0 }, RevealWait = Wait.Long / 4, SettleTime = TimeSpan.Zero }), TestContext.Current.CancellationToken));
        ComputeNodeOptions Configured(ComputeNodeOptions options) => configure?.Invoke(options) ?? options;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Wait.Long);
        try
        {
            await node._host.WaitUntilReadyAsync(limit.Token);
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
        return node;
    }

    /// <summary>A sandbox with these kernels and the built-in ones; no wasm.</summary>
    public static ISandbox Kernels(params IEnumerable<IKernel> kernels) =>
        new KernelSandbox(new KernelCatalog([.. KernelCatalog.BuiltIn, .. kernels]));

    /// <summary>Sends the service a message as any program could, and waits for its answer.</summary>
    public Task<object> AskAsync(IWire message) =>
        Akka.Actor.Futures.Ask<object>(Context.Service, message, Wait.Long, TestContext.Current.CancellationToken);

    /// <summary>What all of these c-nodes have earned as workers.</summary>
    public async Task<(long Accepted, long Rejected)> EarnedAsync(IEnumerable<NodeId> workers)
    {
        var (accepted, rejected) = (0L, 0L);
        foreach (var worker in workers)
        {
            var reputation = await Client.GetReputationAsync(worker, TestContext.Current.CancellationToken);
            accepted += reputation.Worker.Accepted;
            rejected += reputation.Worker.Rejected;
        }
        return (accepted, rejected);
    }

    /// <summary>Waits until all of these c-nodes are in the roster, and their capabilities count.</summary>
    public Task CanBeDrawnAsync(IReadOnlyList<NodeId> workers) => Wait.EventuallyAsync(
        () => Context.Rosters.Current is var roster && workers.All(id => roster.Find(id) is { } member && member.CanBeDrawn(roster.Epoch)), "all can be drawn");

    public ValueTask DisposeAsync() => new(_ended ??= _host.DisposeAsync().AsTask().WaitAsync(Wait.Long));
}
