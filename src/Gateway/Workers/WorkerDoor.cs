using System.Security.Cryptography;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Chains;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using Microsoft.AspNetCore.Http;

namespace AkkaCompute.Gateway.Workers;

/// <summary>The way in for workers: <c>GET /v1/worker</c>, a WebSocket (RFC 6455). Its messages are in docs/protocol.md.</summary>
public sealed class WorkerDoor
{
    /// <summary>Where it is.</summary>
    public const string Path = "/v1/worker";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly NodeContext _node;
    private readonly CancellationTokenSource _stopping = new();
    private int _open;

    public WorkerDoor(NodeContext node, WorkerLimits limits)
    {
        ArgumentNullException.ThrowIfNull(node);
        (_node, Limits) = (node, limits);
        Log = Logging.GetLogger(node.System, nameof(WorkerDoor));
        Services = new GuestServices(
            node.Workers, (message, cancel) => Keepers.AskAsync(node.Chain, message, _patience, cancel), () => node.Rosters.Checkpoint,
            node.NodeKey, () => node.Rosters.Current.Speaks, node.Metrics.OnBundle, node.Time, limits);
    }

    /// <summary>Connections now.</summary>
    public int Open => Volatile.Read(ref _open);

    internal WorkerLimits Limits { get; }

    internal GuestServices Services { get; }

    internal ILoggingAdapter Log { get; }

    /// <summary>Takes a connection; comes back when it has ended.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "websocket";
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _open) > Limits.Connections || _stopping.IsCancellationRequested)
            {
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await new WorkerConnection(socket, this, http.Request.Host.Value ?? "").RunAsync(_stopping.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    /// <summary>The node ends: all connections are closed, and their workers go elsewhere.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    internal Greeting.Challenge Challenge() => new(
        _node.NodeKey.Public, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)), WorkerFrame.Version, WorkerFrame.Version,
        _node.Options.Rules.AdmissionBits, _node.Options.Rules.CheckpointMaxAge, Limits.Heartbeat, Limits.Grace);

    /// <summary>Whether this gateway was dialled there: its name is checked by the host before.</summary>
    internal static bool IsOwn(string origin, string host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "ws" or "wss" or "http" or "https"
        && string.Equals(
            uri.IsDefaultPort && !host.Contains(':', StringComparison.Ordinal) ? uri.Host : uri.Authority, host,
            StringComparison.OrdinalIgnoreCase);

    internal bool IsBanned(NodeId id) => _node.Rosters.IsBanned(id);

    /// <summary>Where the c-node's main chain stands; <c>null</c> where the keeper does not answer.</summary>
    internal async Task<ChainProtocol.Place?> PlaceAsync(NodeId id, CancellationToken cancel)
    {
        try
        {
            return await Services.KeepersAsync(new ChainProtocol.GetPlace(id), cancel) as ChainProtocol.Place;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    internal async Task<object?> JoinAsync(Guest guest, CancellationToken cancel)
    {
        var line = new SessionLine(new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size)));
        var pen = new RemotePen(guest, line, Services);
        var hand = new RemoteHand(guest, line, pen, Services);
        try
        {
            return await Services.Workers.Ask<object>(
                new GuestProtocol.Join(guest.Id, guest.Declared, guest.Key, guest.Capabilities, () => hand, () => pen), _patience, cancel);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
