using System.Net;
using System.Net.Sockets;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Operations.Pbm.Palettes;

namespace AkkaCompute.Operations.Pbm.Server;

/// <summary>
/// The port that <c>pbm</c> talks to. Whoever reaches it may make nodes leave and go down, and nobody proves who he is: it
/// belongs on loopback. Nothing that comes in here ends the process, and nobody holds it longer than its limits.
/// </summary>
public sealed class PbmServer : IAsyncDisposable
{
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly PbmLimits _limits;
    private readonly PbmCommands _commands;
    private readonly LogFeed _log;
    private readonly ILoggingAdapter _own;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _open = [];
    private readonly LinkedList<PbmSession> _sessions = [];
    private readonly Task _accepting;
    private int _disposed;

    private PbmServer(NodeContext node, TcpListener listener, PbmLimits limits)
    {
        (_listener, _limits) = (listener, limits);
        EndPoint = (IPEndPoint)listener.LocalEndpoint;
        _own = Logging.GetLogger(node.System, nameof(PbmServer));
        _log = new LogFeed(node.System);
        _commands = new PbmCommands(
            new ActorPalette(node).Create(), new ClusterPalette(node).Create(), new ComputePalette(node).Create(),
            new LogPalette(_log).Create(), new ShardingPalette(node).Create(), new SystemPalette(node).Create());
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Opens the port.</summary>
    /// <param name="node">The node that is asked.</param>
    /// <param name="address">The address to listen at; port 0: a free one.</param>
    /// <param name="limits">What a client may take; <c>null</c> means the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is outside its range; the message names it.</exception>
    /// <exception cref="SocketException">The port cannot be had.</exception>
    public static PbmServer Start(NodeContext node, IPEndPoint address, PbmLimits? limits = null)
    {
        limits ??= new PbmLimits();
        limits.Validate();
        var listener = new TcpListener(address);
        listener.Start();
        return new PbmServer(node, listener, limits);
    }

    /// <summary>Closes the port; commands that run are given a moment to end their answers.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _listener.Stop();
        _stop.CancelAfter(Goodbye);
        await _accepting;
        Task[] open;
        lock (_lock)
            open = [.. _open];
        await Task.WhenAll(open);
        _log.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception over) when (over is ObjectDisposedException or InvalidOperationException || !_listener.Server.IsBound)
            {
                return; // the listener was stopped
            }
            catch (SocketException fault)
            {
                // Such as no file descriptor left: it goes on when there is one.
                _own.Warning(fault, "A connection to pbm could not be taken.");
                await Task.Delay(Pause);
                continue;
            }
            Serve(new PbmSession(socket, _commands, _limits, _own));
        }
    }

    private void Serve(PbmSession session)
    {
        lock (_lock)
        {
            var place = TryPlace(session);
            var serving = place is null ? session.RefuseAsync(_stop.Token) : session.RunAsync(_stop.Token);
            _open.Add(serving);
            serving.ContinueWith(
                served => Forget(served, place), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Where there is no room, the oldest that has asked nothing yet makes it: who connects and says nothing keeps nobody out.
    /// </summary>
    private LinkedListNode<PbmSession>? TryPlace(PbmSession session)
    {
        if (_sessions.Count >= _limits.Connections)
        {
            if (_sessions.FirstOrDefault(one => !one.HasAsked) is not { } silent)
                return null;
            _sessions.Remove(silent);
            silent.Drop();
        }
        return _sessions.AddLast(session);
    }

    private void Forget(Task served, LinkedListNode<PbmSession>? place)
    {
        lock (_lock)
        {
            _open.Remove(served);
            if (place?.List is not null)
                _sessions.Remove(place);
        }
    }
}
