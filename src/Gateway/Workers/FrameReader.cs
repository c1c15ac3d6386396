using System.Buffers;
using System.Net.WebSockets;

namespace AkkaCompute.Gateway.Workers;

/// <summary>Reads text frames of a WebSocket. A buffer grows with what has come, so that an idle connection holds 4 KB.</summary>
internal sealed class FrameReader(WebSocket socket) : IDisposable
{
    private const int Least = 4 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Least);

    /// <summary>What is wrong with the last frame; <c>null</c> means nothing.</summary>
    public (int Code, string Why)? Flaw { get; private set; }

    /// <summary>How the other side has closed it.</summary>
    public WebSocketCloseStatus? Status => socket.CloseStatus;

    /// <summary>The next frame, until the next call; <c>null</c> where the other side has closed.</summary>
    /// <param name="most">The most bytes; one that is larger is not read to its end.</param>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken cancel)
    {
        if (_buffer.Length > 4 * Least)
            Change(Least, 0);
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
            if (read.MessageType == WebSocketMessageType.Close)
                return null;
            length += read.Count;
            Flaw = length > most ? (WorkerClose.TooLarge, $"A frame has at most {most} bytes.")
                : read.MessageType != WebSocketMessageType.Text ? (WorkerClose.Malformed, "Frames are text.")
                : null;
            if (read.EndOfMessage || Flaw is not null)
                return _buffer.AsMemory(0, length);
            if (length == _buffer.Length)
                Change(2 * length, length);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Change(int size, int keep)
    {
        var next = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, keep).CopyTo(next);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = next;
    }
}
