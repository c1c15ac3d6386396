using System.Net.WebSockets;
using System.Text;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;

namespace AkkaCompute.Tests.Cluster.Outside;

/// <summary>A worker's end of a WebSocket.</summary>
internal sealed class OutsideSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly byte[] _buffer = new byte[WorkerFrame.MaxBytes];
    private NodeId _id;

    private OutsideSocket()
    {
    }

    public Challenge Challenge { get; private set; } = null!;

    /// <summary>The last refusal that the gateway sent.</summary>
    public Refused? Refused { get; private set; }

    public int CloseCode => (int)(_socket.CloseStatus ?? 0);

    public string CloseWords => _socket.CloseStatusDescription ?? "";

    /// <summary>Connects, and has the challenge.</summary>
    public static async Task<OutsideSocket> OpenAsync(Uri url, NodeId id)
    {
        var socket = new OutsideSocket { _id = id };
        await socket._socket.ConnectAsync(url, TestContext.Current.CancellationToken);
        socket.Challenge = Assert.IsType<Challenge>(await socket.ReadAsync());
        return socket;
    }

    /// <summary>Connects, and is known.</summary>
    public static async Task<OutsideSocket> ConnectAsync(Uri url, NodeId id, KeyPair key)
    {
        var socket = await OpenAsync(url, id);
        socket.Send(Hello.Sign(key, id, socket.Challenge, Origin(url)));
        Assert.IsType<Welcome>(await socket.ReadAsync());
        return socket;
    }

    public static string Origin(Uri url) => $"{url.Scheme}://{url.Authority}";

    public void Send(WorkerFrame frame) => _ = SendAsync(WorkerFrameJson.Write(frame));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _one.WaitAsync();
        try
        {
            if (_socket.State == WebSocketState.Open)
                await _socket.SendAsync(bytes, WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // It was cut off: the session says it again.
        }
        finally
        {
            _one.Release();
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>The next frame that is known; null: the connection has ended.</summary>
    public async Task<WorkerFrame?> ReadAsync()
    {
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult read;
                do
                {
                    read = await _socket.ReceiveAsync(_buffer.AsMemory(length), TestContext.Current.CancellationToken);
                    length += read.Count;
                }
                while (!read.EndOfMessage);
                if (read.MessageType == WebSocketMessageType.Close)
                    return null;
                var frame = WorkerFrameJson.FromGateway(_buffer.AsMemory(0, length).ToArray(), _id);
                if (frame is Refusal refusal)
                    Refused = refusal.Refused;
                if (frame is not null)
                    return frame;
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Reads to the end; the code with which the gateway has closed it.</summary>
    public async Task<int> EndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
        return CloseCode;
    }

    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
