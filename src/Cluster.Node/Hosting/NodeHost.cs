using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Event;
using Akka.Persistence.Sql;
using AkkaCompute.Actors.Bootstrapping;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Jobs.Live;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Actors.Transport.Guard;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Jobs.State;
using AkkaCompute.Domain.Work;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Operations.Observability;
using AkkaCompute.Sandbox;
using AkkaCompute.Sandbox.Kernels;
using AkkaCompute.Sandbox.Runtimes;
using AkkaCompute.Sandbox.Wasm;
using AkkaCompute.Sandbox.Wasm.Engine;
using AkkaCompute.Sandbox.Wasm.Mix;
using AkkaCompute.Storage;
using AkkaCompute.Storage.Claims;

namespace AkkaCompute.Node.Hosting;

/// <summary>The composition root: puts a node together from its settings, and ends it.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly JournalGuard _guard;
    private readonly ReadyWatch _ready;
    private readonly IReadOnlyList<IDisposable> _owned;

    private readonly CoordinatedShutdown _shutdown;

    private NodeHost(NodeContext node, JournalGuard guard, ReadyWatch ready, IReadOnlyList<IDisposable> owned) =>
        (Node, _guard, _ready, _owned, _shutdown) = (node, guard, ready, owned, CoordinatedShutdown.Get(node.System));

    public NodeContext Node { get; }

    /// <summary>
    /// Ends when the node has left: by <see cref="DisposeAsync"/>, or because the cluster downed it, or it lost its journal.
    /// </summary>
    public Task Ended => Node.System.WhenTerminated;

    /// <summary>Whether the node left as it was told to, and was not thrown out. It counts once the node has ended.</summary>
    public bool LeftOnRequest => _shutdown.ShutdownReason is CoordinatedShutdown.ClusterLeavingReason or CoordinatedShutdown.ClrExitReason;

    /// <summary>Why the node was ended by itself; <c>null</c> where it was not.</summary>
    public JournalRefusedException? Refusal => _guard.Refusal;

    /// <summary>
    /// Joins the cluster, and starts the node's actors once the journal is known to be that cluster's; until then, nothing is
    /// written but the claim. That takes as long as the cluster takes to let it in.
    /// </summary>
    /// <param name="settings">What the operator said.</param>
    /// <param name="wrap">Puts something around a worker's sandbox, by the worker's number; <c>null</c> means nothing.</param>
    /// <param name="configure">Changes the options of the actors; <c>null</c> means nothing.</param>
    /// <exception cref="JournalRefusedException">The journal is not that cluster's.</exception>
    /// <exception cref="StorageException">The database cannot be used.</exception>
    /// <exception cref="TlsException">The certificate cannot be used.</exception>
    /// <exception cref="NodeRemovedException">The cluster did not let the node in.</exception>
    public static async Task<NodeHost> StartAsync(
        NodeSettings settings, Func<int, ISandbox, ISandbox>? wrap = null, Func<ComputeNodeOptions, ComputeNodeOptions>? configure = null,
        CancellationToken cancel = default)
    {
        var owned = new List<IDisposable>();
        ActorSystem? system = null;
        JournalGuard? guard = null;
        try
        {
            Directory.CreateDirectory(settings.DataDirectory);
            var secrets = new SecretFiles(
                Path.Combine(settings.DataDirectory, SecretFiles.DirectoryName),
                settings.KeyPassphraseFile is { } passphrase ? SecretText.FirstLine(passphrase) : null);
            owned.Add(secrets); // for keys are rotated while the node runs
            var tls = settings.Tls is { } files ? ClusterTls.Load(files) : null;
            if (tls is not null)
                owned.Add(tls);
            var keys = Enumerable.Range(0, settings.Workers).Select(number => new WorkerKeyFiles(secrets, $"worker-{number}")).ToArray();
            var nodeKey = secrets.Key(SecretFiles.NodeName);
            owned.AddRange([.. keys, nodeKey]);
            var storage = await NodeStorage.OpenAsync(settings, cancel);
            owned.Add(storage);
            var (runtimes, notes) = settings.Runtimes is { } directory ? RuntimeDirectory.Read(directory) : ([], []);
            var (sandbox, wasm) = SandboxOf(settings, runtimes, storage.Blobs, owned);
            var claims = new JournalClaims(storage.Journal);
            var claim = await claims.ReadAsync(cancel);
            var key = $"{JournalGuard.KeyRolePrefix}{nodeKey.Public}";

            var (quiet, filter) = QuietLog.For(settings.LogLevel);
            var setup =
                ActorSystemSetup.Create(
                    BootstrapSetup.Create().WithConfig(ConfigOf(settings, storage, claim.Journal, key)), storage.Setup, filter);
            system = ActorSystem.Create(settings.SystemName, ClusterTls.Add(setup, tls));
            Join(system, settings);
            guard = new JournalGuard(system, claims, claim, key, local: settings.Postgres is null, settings.ClaimExpiry);
            await Task.WhenAny(guard.Admitted, system.WhenTerminated).WaitAsync(cancel);
            if (!guard.Admitted.IsCompletedSuccessfully)
            {
                throw guard.Refusal as Exception ?? guard.Admitted.Exception?.InnerException
                    ?? new NodeRemovedException("The cluster has removed this node before it was up. Started again, it joins anew.");
            }

            var options = new ComputeNodeOptions
            {
                Workers = [.. keys.Select((key, number) => new LocalWorker(key, wrap?.Invoke(number, sandbox) ?? sandbox)
                {
                    IsNewcomer = settings.Standing == Standing.Newcomer,
                })],
                Blobs = storage.Blobs,
                CodeCheck = sandbox,
                NodeKey = nodeKey,
                Slots = settings.Slots,
                StoredEvents = new SqlStoredEvents(storage.Journal),
                RetainJobs = settings.RetainJobs,
                Budgets = settings.Budgets,
                Job = new JobOptions { Limits = JobLimits.Default with { IdleTime = settings.EndIdleJobs } },
                MaxBlobBytes = (int)settings.MaxBlob,
                BlobCacheBytes = Math.Max(BlobCacheBytes, settings.MaxBlob),
                Ceilings = settings.Ceilings with { OutputBytes = settings.MaxBlob },
                BlobQuota = new BlobQuota(settings.BlobQuota, settings.BlobTotal),
                Bootstrap = settings.Bootstrap is { } every ? new BootstrapOptions(every, MixModule.Bytes) : null,
            };
            var node = ComputeNode.Start(system, configure?.Invoke(options) ?? options);
            node.Metrics.OnLog(quiet);
            foreach (var note in notes)
                system.Log.Log(settings.Runtimes == NodeSettings.RuntimesBeside ? LogLevel.InfoLevel : LogLevel.WarningLevel, null, note);
            _ = Task.Run(() => RuntimesAhead.CompileAsync(wasm, runtimes, system.Log), CancellationToken.None);
            return new NodeHost(node, guard, new ReadyWatch(node, storage), owned);
        }
        catch
        {
            await EndAsync(system, guard, owned);
            throw;
        }
    }

    /// <summary>Blobs that are kept in memory: some of the largest by default, and one in any case.</summary>
    private const long BlobCacheBytes = 128L << 20;

    /// <summary>Waits until this node's workers can be drawn.</summary>
    /// <exception cref="StorageException">The journal is damaged, and the node is not ready because of it.</exception>
    public Task WaitUntilReadyAsync(CancellationToken cancel) => _ready.WaitAsync(Node.Options.Workers.Count, null, cancel);

    /// <inheritdoc cref="ReadyWatch.WaitAsync"/>
    public Task WaitUntilReadyAsync(int least, IProgress<int>? progress, CancellationToken cancel) =>
        _ready.WaitAsync(least, progress, cancel);

    /// <summary>Leaves the cluster and ends the actors, then the sandboxes and the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await EndAsync(Node.System, _guard, _owned);
        Node.Metrics.Dispose();
    }

    private static async ValueTask EndAsync(ActorSystem? system, JournalGuard? guard, IReadOnlyList<IDisposable> owned)
    {
        if (system is { WhenTerminated.IsCompleted: false })
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
        if (guard is not null)
            await guard.DisposeAsync();
        foreach (var one in owned.Reverse())
            one.Dispose();
    }

    private static (PayloadSandbox, WasmSandbox) SandboxOf(
        NodeSettings settings, IReadOnlyList<RuntimeModule> runtimes, IBlobStore blobs, List<IDisposable> owned)
    {
        IReadOnlyList<IKernel> installed = settings.Kernels is { } directory ? KernelLoader.Load(directory) : [];
        var kernels = new KernelSandbox(new KernelCatalog([.. KernelCatalog.BuiltIn, .. installed]));
        var wasm = new WasmSandbox(new WasmOptions
        {
            CacheDirectory = Path.Combine(settings.DataDirectory, "modules"),
            Runtimes = runtimes,
            MaxMemoryBytes = settings.Ceilings.MemoryBytes,
            FileCacheBytes = Math.Max(new WasmOptions().FileCacheBytes, settings.Ceilings.FileBytes),
            // a task never waits for one within its time
            Slots = Math.Clamp(2 * settings.Slots, new WasmOptions().Slots, WasmOptions.MaxSlots),
        }, blobs);
        owned.Add(wasm);
        return (new PayloadSandbox(wasm, kernels), wasm);
    }

    private static void Join(ActorSystem system, NodeSettings settings)
    {
        var cluster = Cluster.Get(system);
        if (settings.Seeds.Count == 0)
            cluster.Join(cluster.SelfAddress);
        else
            cluster.JoinSeedNodes(settings.Seeds.Select(Address.Parse));
    }

    private static Config ConfigOf(NodeSettings settings, NodeStorage storage, string journal, string key) =>
        ConfigurationFactory.ParseString($$"""
                akka.loglevel = {{settings.LogLevel}}
                {{(settings.LogFormat == "json" ? $"akka.loggers = [\"{JsonLogger.TypeName}\"]" : "")}}
                akka.cluster.seed-nodes = [] # they are joined by Join
                akka.cluster.roles = [{{ComputeNode.Role}}, {{JournalGuard.RolePrefix}}{{journal}}, {{key}}]
                akka.remote.dot-netty.tcp {
                  hostname = "{{BindAddress.Of(settings)}}"
                  public-hostname = "{{settings.HostName}}"
                  port = {{settings.Port}}
                }
                """)
            .WithFallback(settings.TlsCertificate is null ? Config.Empty : ClusterTls.Configuration)
            .WithFallback(settings.Hocon ?? Config.Empty)
            .WithFallback(RemotingGuard.Members)
            .WithFallback(storage.Config)
            .WithFallback(HoconSettings.BuiltIn)
            .WithFallback(TextLogger.Configuration)
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(SqlPersistence.DefaultConfiguration)
            .WithFallback(ClusterSharding.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            .WithFallback(DistributedPubSub.DefaultConfig()); // the receptionist speaks through it: its serializer too
}

/// <summary>The cluster has removed a node that was on its way in.</summary>
public sealed class NodeRemovedException(string message) : Exception(message);
