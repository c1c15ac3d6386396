using System.Reflection;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Domain.Execution;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Node.Storage;
using AkkaCompute.Sandbox;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Wasm;

namespace AkkaCompute.Node.Hosting;

/// <summary>The composition root: puts a node together from its settings, and ends it.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly IReadOnlyList<IDisposable> _owned;

    private NodeHost(NodeContext node, IReadOnlyList<IDisposable> owned) => (Node, _owned) = (node, owned);

    public NodeContext Node { get; }

    /// <summary>Ends when the node has left: by <see cref="DisposeAsync"/>, or because the cluster downed it.</summary>
    public Task Ended => Node.System.WhenTerminated;

    /// <summary>Starts a node and joins it; it may take a while until the node is up.</summary>
    /// <param name="settings">What the operator said.</param>
    /// <param name="wrap">Puts something around a worker's sandbox, by the worker's number; null: nothing.</param>
    /// <param name="configure">Changes the options of the actors; null: nothing.</param>
    public static NodeHost Start(
        NodeSettings settings, Func<int, ISandbox, ISandbox>? wrap = null, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null)
    {
        Directory.CreateDirectory(settings.DataDirectory);
        var secrets = new SecretFiles(Path.Combine(settings.DataDirectory, "keys"));
        var blobs = new SqliteBlobStore(Path.Combine(settings.DataDirectory, "blobs.db"));
        var journal = SqliteStorage.Prepare(settings.Journal ?? Path.Combine(settings.DataDirectory, "journal.db"));

        IReadOnlyList<IKernel> installed = settings.Kernels is { } directory ? KernelLoader.Load(directory) : [];
        var wasm = new WasmSandbox(new WasmOptions { CacheDirectory = Path.Combine(settings.DataDirectory, "modules") }, blobs);
        var sandbox = new PayloadSandbox(wasm, new KernelSandbox(new KernelCatalog([.. KernelCatalog.BuiltIn, .. installed])));

        var system = ActorSystem.Create(
            settings.SystemName,
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(ConfigOf(settings, journal)), SqliteStorage.Setup(journal)));
        var keys = Enumerable.Range(0, settings.Workers).Select(number => new WorkerKeyFiles(secrets, $"worker-{number}")).ToArray();
        var nodeKey = secrets.Key("node");
        var options = new ComputeNodeOptions
        {
            Workers = [.. keys.Select((key, number) => new LocalWorker(key, wrap?.Invoke(number, sandbox) ?? sandbox))],
            Blobs = blobs,
            NodeKey = nodeKey,
            Slots = settings.Slots,
        };
        var node = ComputeNode.Start(system, configure?.Invoke(options) ?? options);
        Join(system, settings);
        return new NodeHost(node, [wasm, nodeKey, .. keys]);
    }

    /// <summary>Waits until this node's workers can be drawn.</summary>
    public Task WaitUntilReadyAsync(CancellationToken cancel) => ComputeNode.WaitUntilReadyAsync(Node, cancel);

    /// <summary>Leaves the cluster and ends the actors, then the sandboxes.</summary>
    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(Node.System).Run(CoordinatedShutdown.ClrExitReason.Instance);
        foreach (var owned in _owned)
            owned.Dispose();
    }

    private static void Join(ActorSystem system, NodeSettings settings)
    {
        var cluster = Cluster.Get(system);
        if (settings.Seeds.Count == 0)
            cluster.Join(cluster.SelfAddress);
        else
            cluster.JoinSeedNodes(settings.Seeds.Select(Address.Parse));
    }

    private static Config ConfigOf(NodeSettings settings, string journal)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("node.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString($$"""
                akka.loglevel = {{settings.LogLevel}}
                akka.remote.dot-netty.tcp { hostname = "{{settings.HostName}}", port = {{settings.Port}} }
                """)
            .WithFallback(SqliteStorage.Config(journal))
            .WithFallback(ConfigurationFactory.ParseString(reader.ReadToEnd()))
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(SqlPersistence.DefaultConfiguration)
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            .WithFallback(DistributedPubSub.DefaultConfig()); // the receptionist speaks through it: its serializer too
    }
}
