using System.Net.WebSockets;
using System.Threading.Channels;
using Akka.Actor;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;

namespace AkkaCompute.Gateway.Workers;

/// <summary>
/// One WebSocket of a worker: challenge, hello, questions, and then the frames of its session, which go to the session's actor. Each frame
/// is bounded in size and rate before it is parsed. One thread reads, one writes.
/// </summary>
internal sealed partial class WorkerConnection(WebSocket socket, WorkerDoor door, string host) : IWorkerSocket
{
    private static readonly TimeSpan _linger = TimeSpan.FromSeconds(1);

    private readonly Channel<WorkerFrame> _outgoing = Channel.CreateBounded<WorkerFrame>(
        new BoundedChannelOptions(door.Limits.Outgoing) { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly FrameBudget _budget = new(door.Limits, door.Services.Time);
    private readonly Challenge _challenge = door.Challenge();
    private (int Code, string Why) _close = (WorkerClose.Normal, "");
    private volatile bool _closing;
    private Hello? _hello;
    private IActorRef? _session;
    private int _questions;

    public void Send(WorkerFrame frame)
    {
        if (!_outgoing.Writer.TryWrite(frame))
            Close(WorkerClose.Slow, $"{door.Limits.Outgoing} frames wait for this worker to read them, the most.");
    }

    public void Close(int code, string why)
    {
        lock (_end)
        {
            if (_close.Code == WorkerClose.Normal)
                _close = (code, why.Length > 100 ? why[..100] : why); // RFC 6455: at most 123 bytes
        }
        _closing = true;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Serves the connection until one side closes it.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var onStop = stopping.Register(() => Close(WorkerClose.GoingAway, "The node ends."));
        Send(_challenge);
        var writing = WriteAsync();
        var byWorker = false;
        try
        {
            byWorker = await ReadAsync(_end.Token);
        }
        catch (WorkerProtocolException wrong)
        {
            Close(WorkerClose.Malformed, wrong.Message);
        }
        catch (RefusedException refused)
        {
            Send(new Refusal(0, refused.Refused));
            Close(WorkerClose.Malformed, refused.Message);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException)
        {
            // It is lost.
        }
        finally
        {
            _session?.Tell(new RemoteHand.Lost(this, byWorker), ActorRefs.NoSender);
            _outgoing.Writer.TryComplete();
            await writing;
            await LingerAsync();
        }
    }

    /// <summary>What is still on its way is read, for a little: else the worker's system may drop our last words.</summary>
    private async Task LingerAsync()
    {
        using var limit = new CancellationTokenSource(_linger);
        var buffer = new byte[4 * 1024];
        try
        {
            for (var bytes = 0; bytes < 4 * WorkerFrame.MaxBytes && socket.State is WebSocketState.Open or WebSocketState.CloseSent;)
                bytes += (await socket.ReceiveAsync(buffer.AsMemory(), limit.Token)).Count;
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is gone.
        }
    }

    /// <returns>True: the worker has said goodbye.</returns>
    private async Task<bool> ReadAsync(CancellationToken cancel)
    {
        using var frames = new FrameReader(socket);
        while (true)
        {
            // Reading is not cancelled by it: that would cut the connection without a word.
            using var silence = new CancellationTokenSource(_hello is null ? door.Limits.Patience : door.Limits.Silence);
            using var onSilence = silence.Token.Register(() => Close(WorkerClose.Silent, "Nothing came for too long."));
            if (await frames.ReadAsync(WorkerFrame.MaxBytes, cancel) is not { } frame)
                return frames.Status == WebSocketCloseStatus.NormalClosure;
            if (_closing)
                return false;
            if (frames.Flaw is { } flaw)
            {
                Close(flaw.Code, flaw.Why);
                return false;
            }
            if (!_budget.Take(frame.Length))
            {
                Close(
                    WorkerClose.TooFast, $"More than {door.Limits.FramesPerSecond} frames or {door.Limits.BytesPerSecond} bytes a second.");
                return false;
            }
            if (!await OnAsync(WorkerFrameJson.FromWorker(frame, _hello?.Id ?? default), cancel))
                return false;
        }
    }

    /// <summary>Sends what waits, and closes the socket.</summary>
    private async Task WriteAsync()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync())
            {
                using var patience = new CancellationTokenSource(door.Limits.Patience);
                await socket.SendAsync(WorkerFrameJson.Write(frame), WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            }
            (int Code, string Why) close;
            lock (_end)
                close = _close;
            using var limit = new CancellationTokenSource(door.Limits.Patience);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync((WebSocketCloseStatus)close.Code, close.Why, limit.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            _outgoing.Writer.TryComplete(); // it does not read, or is gone
        }
        finally
        {
            _end.CancelAfter(_linger); // the worker has so long to close its side
        }
    }
}
