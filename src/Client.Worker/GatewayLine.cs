using System.Net.WebSockets;
using System.Threading.Channels;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Greeting;

namespace AkkaCompute.Client.Worker;

/// <summary>
/// One WebSocket to a gateway that knows who we are: docs/protocol.md, "Workers". One thread reads; frames to send wait in order.
/// </summary>
internal sealed class GatewayLine : IAsyncDisposable
{
    private static readonly TimeSpan _openTime = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<WorkerFrame> _outgoing =
        Channel.CreateUnbounded<WorkerFrame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly NodeId _id;
    private byte[] _buffer = new byte[16 * 1024];
    private Task _writing = Task.CompletedTask;
    private Refused? _refused;

    private GatewayLine(NodeId id) => _id = id;

    /// <summary>What the gateway said first.</summary>
    public Challenge Challenge { get; private set; } = null!;

    /// <summary>Connects, and answers the challenge.</summary>
    /// <param name="url">The gateway's <c>/v1/worker</c>, ws or wss.</param>
    /// <exception cref="DisconnectedException">There is no such gateway, or it does not take us.</exception>
    public static async Task<GatewayLine> OpenAsync(Uri url, NodeId id, KeyPair key, CancellationToken cancel)
    {
        var line = new GatewayLine(id);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(_openTime);
        try
        {
            line._socket.Options.KeepAliveInterval = TimeSpan.Zero; // the session has heartbeats of its own
            await line._socket.ConnectAsync(url, limit.Token);
            line.Challenge = await line.ReadAsync(limit.Token) as Challenge ?? throw line.Ended("a challenge was to come first.");
            if (line.Challenge.Least > WorkerFrame.Version || line.Challenge.Most < WorkerFrame.Version)
                throw new DisconnectedException(
                    $"The gateway speaks versions {line.Challenge.Least} to {line.Challenge.Most}, and this program {WorkerFrame.Version}.",
                    isFinal: true);
            line._writing = line.WriteAsync();
            line.Send(Hello.Sign(key, id, line.Challenge, $"{url.Scheme}://{url.Authority}"));
            _ = await line.ReadAsync(limit.Token) as Welcome ?? throw line.Ended("a welcome was to come.");
            return line;
        }
        catch (Exception wrong)
        {
            await line.DisposeAsync();
            if (wrong is WebSocketException || (wrong is OperationCanceledException && !cancel.IsCancellationRequested))
                throw new DisconnectedException($"{url} does not answer: {wrong.Message}", isFinal: false, wrong);
            throw;
        }
    }

    /// <summary>Takes a frame to the gateway, or loses it where the connection has ended.</summary>
    public void Send(WorkerFrame frame) => _outgoing.Writer.TryWrite(frame);

    /// <summary>The next frame that this version knows; <c>null</c> where the connection has ended.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    public async Task<WorkerFrame?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (await ReceiveAsync(cancel) is not { } bytes)
                return null;
            var frame = WorkerFrameJson.FromGateway(bytes, _id);
            if (frame is Asking.Refusal refusal)
                _refused = refusal.Refused;
            if (frame is not null)
                return frame;
        }
    }

    /// <summary>Why the connection has ended.</summary>
    public DisconnectedException Ended(string why = "")
    {
        var code = (int)(_socket.CloseStatus ?? 0);
        var words = _refused?.Message ?? (_socket.CloseStatusDescription is { Length: > 0 } said ? said : why);
        return new DisconnectedException(
            $"The connection ended{(code == 0 ? "" : $" with {code}")}: {words}", code is 4400 or 4401 or 4403 or 4409);
    }

    /// <summary>Says goodbye: what is leased here goes to others at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await _writing;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "goodbye", limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // It has ended already.
        }
        _socket.Dispose();
    }

    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            for (var length = 0; ;)
            {
                var read = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                if (read.MessageType == WebSocketMessageType.Close)
                    return null;
                length += read.Count;
                if (length > WorkerFrame.MaxBytes)
                    throw new RefusedException("Frame", $"more than {WorkerFrame.MaxBytes} bytes.");
                if (read.EndOfMessage)
                    return _buffer.AsSpan(0, length).ToArray(); // what is read of it may keep parts
                if (length == _buffer.Length)
                    Array.Resize(ref _buffer, 2 * length);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync())
                await _socket.SendAsync(
                    WorkerFrameJson.Write(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            _outgoing.Writer.TryComplete(); // the session says it again on the next connection
        }
    }
}

/// <summary>A connection to a gateway ended, or never was.</summary>
/// <param name="isFinal">Trying again with this program and this key is in vain.</param>
public sealed class DisconnectedException(string message, bool isFinal, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Trying again with this program and this key is in vain.</summary>
    public bool IsFinal => isFinal;
}
