using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Timing;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Actors.Transport.Guard;
using AkkaCompute.Authors.Bosses;
using AkkaCompute.Domain.Bosses;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Programs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Work;

namespace AkkaCompute.Actors.Client;

/// <summary>
/// The actor message API for boss programs: in a node's own process, or from any other through the cluster client, without
/// joining the cluster. Safe for use from several threads.
/// </summary>
public sealed partial class ComputeClient : IAsyncDisposable
{
    /// <summary>How long to wait for one answer before asking again.</summary>
    internal static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often the client asks for the nodes that there are. A rolling restart takes each node at least as long to be replaced,
    /// so that it always knows one that is still there; Akka's own minute is longer than the restart of a small cluster.
    /// </summary>
    internal static readonly TimeSpan ContactsRefresh = TimeSpan.FromSeconds(5);

    private readonly ActorSystem? _owned;
    private readonly ClusterTls? _tls;
    private readonly RetryingAsk _ask;

    private readonly BossChain _chain;
    private readonly BlobLine _blobs;

    private ComputeClient(ActorSystem? owned, ClusterTls? tls, RetryingAsk ask, ComputeClientOptions options)
    {
        (_owned, _tls, _ask) = (owned, tls, ask);
        _chain = new BossChain(
            BossKey.Of(options.Key, options.Id, options.NextKey, options.KeyFile), ask, options.ReceiptFile, SteadyTime.OfProcess);
        _blobs =
            new BlobLine(ask, _chain.Sign, (blob, cancel) => GetBlobAsync(blob.Hash, (int)Math.Min(blob.Size, int.MaxValue), cancel));
    }

    /// <summary>The c-node that this client hands in jobs as.</summary>
    public NodeId Boss => _chain.Boss;

    /// <summary>A client in the process of a node.</summary>
    /// <exception cref="ArgumentException">An option is outside its range; the message names it.</exception>
    public static ComputeClient Of(IComputeService node, ComputeClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        options ??= new ComputeClientOptions();
        options.Validate();
        return new ComputeClient(null, null, RetryingAsk.Local(node.Service, options.Patience), options);
    }

    /// <summary>A client in a process of its own, which is no member of the cluster.</summary>
    /// <param name="nodes">Addresses of some nodes, such as <c>akka.tcp://AkkaCompute@127.0.0.1:4053</c>; with TLS,
    /// <c>akka.ssl.tcp://…</c>.</param>
    /// <exception cref="ArgumentException">
    /// An address is none, or of TLS and the options have none, or the other way round; or an option is outside its range.
    /// </exception>
    /// <exception cref="TlsException">The certificate cannot be used.</exception>
    public static ComputeClient Connect(IEnumerable<string> nodes, ComputeClientOptions? options = null)
    {
        options ??= new ComputeClientOptions();
        options.Validate();
        var addresses = Contacts.Parse(nodes, options.Tls is not null);
        var contacts = string.Join(", ", addresses.Select(node => $"\"{node}/system/receptionist\""));
        var tls = options.Tls is null ? null : ClusterTls.Load(options.Tls);
        var config = (tls is null ? Config.Empty : ClusterTls.Configuration)
            .WithFallback(ConfigurationFactory.ParseString(options.Hocon))
            .WithFallback(RemotingGuard.Configuration)
            .WithFallback(ConfigurationFactory.ParseString($$"""
                akka {
                  actor.provider = remote
                  remote.dot-netty.tcp { hostname = "{{options.HostName}}", port = 0 }
                  cluster.client { initial-contacts = [{{contacts}}], refresh-contacts-interval = {{ContactsRefresh.TotalSeconds}}s }
                  loglevel = WARNING
                }
                """))
            .WithFallback(TextLogger.Configuration)
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            // The wire format of the envelope that the cluster client puts around messages.
            .WithFallback(DistributedPubSub.DefaultConfig());
        var system = ActorSystem.Create(
            "AkkaComputeClient",
            ClusterTls.Add(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), QuietLog.For("WARNING").Setup), tls));
        var client = system.ActorOf(ClusterClient.Props(ClusterClientSettings.Create(system)), "cluster-client");
        return new ComputeClient(
            system, tls, RetryingAsk.Remote(system, client, options.Patience, new Contacts(addresses, tls, system.Log)), options);
    }

    /// <summary>Puts a wasm module where workers find it; putting it again changes nothing.</summary>
    /// <returns>What tasks run by its hash.</returns>
    /// <exception cref="ArgumentException">The bytes are no WebAssembly module.</exception>
    /// <exception cref="ComputeRefusedException">It is larger than nodes take, no worker would run it, or this boss has its quota in use:
    /// the text says what to change.</exception>
    public async Task<Payload.Wasm> PutModuleAsync(ReadOnlyMemory<byte> module, CancellationToken cancel = default)
    {
        if (!module.Span.StartsWith("\0asm"u8))
            throw new ArgumentException("These bytes are no WebAssembly module: they do not begin with \\0asm.", nameof(module));
        return new Payload.Wasm(await PutBlobAsync(module, cancel));
    }

    /// <summary>Gets a blob that was put, such as a module, by its hash.</summary>
    /// <param name="maxBytes">A larger one is not taken.</param>
    /// <exception cref="ComputeRefusedException">It is not there, or no part of it can be read now.</exception>
    /// <exception cref="InvalidDataException">It is larger, or what came does not have this hash.</exception>
    public async Task<ReadOnlyMemory<byte>> GetBlobAsync(Hash256 hash, int maxBytes, CancellationToken cancel = default)
    {
        byte[]? bytes = null;
        await foreach (var chunk in ChunksAsync(hash, maxBytes, cancel))
        {
            bytes ??= new byte[chunk.Size];
            chunk.Bytes.CopyTo(bytes.AsMemory((int)chunk.Offset));
        }
        return Hash256.Of(bytes) == hash ? bytes : throw OtherBytes(hash);
    }

    /// <summary>The first step of handing in a job: for who goes the others another way.</summary>
    internal BossProtocol.SubmitJob SignSubmit(JobSpec spec) => _chain.Submit(spec);

    /// <summary>Hands in a job, to which tasks can be added until it is closed.</summary>
    /// <exception cref="ComputeRefusedException">The job is refused: the reason and the text say why.</exception>
    public async Task<ComputeJob> SubmitAsync(JobRequest request, CancellationToken cancel = default)
    {
        var spec = request.ToSpec(Boss);
        if (spec.Check() is { } invalid)
            throw new ComputeRefusedException(invalid);
        var accepted = await _chain.SubmitAsync(spec, cancel);
        var pages = accepted.Pages ?? await AuthorizeAsync(spec, accepted.Delegate, cancel);
        return new ComputeJob(
            _ask, _chain, _blobs, spec.Id,
            new JobFeed(_ask, spec.Id, accepted.Credit, _chain.Pages(spec, pages, accepted.Bundle), _blobs));
    }

    /// <summary>
    /// A job that was handed in before, by whomever: to read its outcomes or follow it; or to cancel it, where its boss has this client's
    /// key. It takes no tasks here.
    /// </summary>
    public ComputeJob Job(JobId id) => new(_ask, _chain, _blobs, id, null);

    /// <summary>
    /// Runs every input as a task, and gives the outcomes one by one. The job is closed when the inputs end, and cancelled
    /// when the reader stops early. With the <see cref="JobRequest.Id"/>, key and request of a job before, it goes on with that one:
    /// inputs that it has are not handed in again (they are not compared either), and every outcome is given from the first on.
    /// </summary>
    /// <remarks>
    /// Inputs over 48 KB, and outputs, go as blobs by themselves, of up to 64 MB unless the operator says otherwise. At most 64 MB of such
    /// inputs are ahead of the outcomes that were read.
    /// </remarks>
    /// <param name="ordered">Whether outcomes come in the order of the inputs, or as they are decided.</param>
    public IAsyncEnumerable<Outcome> MapAsync(
        JobRequest request, IEnumerable<ReadOnlyMemory<byte>> inputs, bool ordered = true, CancellationToken cancel = default) =>
        MapAsync(request, inputs.ToAsyncEnumerable(), ordered, cancel);

    /// <inheritdoc cref="MapAsync(JobRequest, IEnumerable{ReadOnlyMemory{byte}}, bool, CancellationToken)"/>
    public async IAsyncEnumerable<Outcome> MapAsync(
        JobRequest request, IAsyncEnumerable<ReadOnlyMemory<byte>> inputs, bool ordered = true,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var job = await SubmitAsync(request, cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var window = new Window(Window.Tasks);
        var feeding = job.FeedAsync(inputs, window, stop.Token);
        var complete = false;
        try
        {
            await foreach (var outcome in job.OutcomesAsync(ordered, fetch: true, feeding, stop.Token))
            {
                window.Release(outcome.Task);
                yield return outcome;
            }
            await feeding;
            complete = true;
        }
        finally
        {
            await stop.CancelAsync();
            // A job that was begun with other inputs is another one: it goes on.
            if (!complete && feeding.Exception?.InnerException is not ComputeRefusedException { Reason: RefusalReason.Conflict })
                await job.CancelAsync(CancellationToken.None);
        }
    }

    /// <summary>What somebody has earned in each role.</summary>
    public Task<ReputationProtocol.Reputation> GetReputationAsync(NodeId id, CancellationToken cancel = default) =>
        _ask.AskAsync<ReputationProtocol.Reputation>(new ReputationProtocol.GetReputation(id), ReplyTimeout, cancel);

    /// <summary>Who can be drawn now, as one node sees it.</summary>
    public Task<RosterProtocol.RosterInfo> GetRosterAsync(CancellationToken cancel = default) =>
        _ask.AskAsync<RosterProtocol.RosterInfo>(new RosterProtocol.GetRosterInfo(), ReplyTimeout, cancel);

    /// <summary>What a job would cost under each policy, and how often it would be wrong, with those who can be drawn now.</summary>
    public Task<EstimateProtocol.JobEstimated> EstimateAsync(EstimateProtocol.EstimateJob job, CancellationToken cancel = default) =>
        _ask.AskAsync<EstimateProtocol.JobEstimated>(job, ReplyTimeout, cancel);

    /// <summary>Which jobs of this boss are open.</summary>
    public Task<BossProtocol.JobList> GetJobsAsync(CancellationToken cancel = default) =>
        _ask.AskAsync<BossProtocol.JobList>(new BossProtocol.GetJobs(Boss), ReplyTimeout, cancel);

    /// <summary>
    /// The next key of the <see cref="ComputeClientOptions.KeyFile"/> takes over from the one in use, which may be known to somebody else.
    /// Jobs whose pages are all in go on; a job that still takes pages is cancelled by its next one, for the old key signs no more.
    /// </summary>
    /// <exception cref="InvalidOperationException">The key is not in a file.</exception>
    /// <exception cref="ComputeRefusedException">The boss has handed in no job yet, or its key was replaced or revoked
    /// elsewhere.</exception>
    public Task RotateKeyAsync(CancellationToken cancel = default) => _chain.RotateAsync(cancel);

    private async Task<JobPages> AuthorizeAsync(JobSpec spec, PublicKey delegated, CancellationToken cancel)
    {
        var authorize = await _chain.AuthorizeAsync(spec, delegated, cancel);
        return (await _ask.AskAsync<JobProtocol.Authorized>(authorize, ReplyTimeout, cancel)).Pages;
    }

    public async ValueTask DisposeAsync()
    {
        _chain.Dispose();
        if (_owned is not null)
            await _owned.Terminate();
        _tls?.Dispose();
    }
}
