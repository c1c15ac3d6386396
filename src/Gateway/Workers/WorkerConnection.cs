using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Workers;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside;
using AkkaCompute.Domain.Outside.Workers;
using static AkkaCompute.Domain.Outside.Workers.Asking;
using static AkkaCompute.Domain.Outside.Workers.Greeting;
using static AkkaCompute.Domain.Outside.Workers.Working;

namespace AkkaCompute.Gateway.Workers;

/// <summary>
/// One WebSocket of a worker: challenge, hello, questions, and then the frames of its session, which go to the session's actor. Each frame is
/// bounded in size and rate before it is parsed. One thread reads, one writes.
/// </summary>
internal sealed class WorkerConnection(WebSocket socket, WorkerDoor door, string host) : IWorkerSocket
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

    /// <summary>Until one side closes it.</summary>
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
                Close(WorkerClose.TooFast, $"More than {door.Limits.FramesPerSecond} frames or {door.Limits.BytesPerSecond} bytes a second.");
                return false;
            }
            if (!await OnAsync(WorkerFrameJson.FromWorker(frame, _hello?.Id ?? default), cancel))
                return false;
        }
    }

    private async Task<bool> OnAsync(WorkerFrame frame, CancellationToken cancel)
    {
        if (_hello is null)
            return frame is Hello hello ? await OnHelloAsync(hello, cancel) : throw new WorkerProtocolException("t: a hello is to come first.");
        switch (frame)
        {
            case Hello:
                throw new WorkerProtocolException("t: one hello is enough.");
            case Ask ask:
                OnAsk(ask, cancel);
                return true;
            case GetRecord get:
                Send(new Record(get.Id, door.Services.Seen()));
                return true;
            case Join join when _session is null:
                return await OnJoinAsync(join, cancel);
            case Ping when _session is null:
                Send(new Pong(door.Services.Seen()));
                return true;
        }
        (_session ?? throw new WorkerProtocolException("t: a join is to come first.")).Tell(new RemoteHand.Came(this, frame), ActorRefs.NoSender);
        return true;
    }

    private async Task<bool> OnHelloAsync(Hello hello, CancellationToken cancel)
    {
        if (hello.Chosen is < WorkerFrame.Version or > WorkerFrame.Version)
            throw new WorkerProtocolException($"version: {hello.Chosen}, but this gateway speaks {WorkerFrame.Version}.");
        if (!WorkerDoor.IsOwn(hello.Origin, host))
            return Refuse(WorkerClose.NotSigned, $"origin: '{hello.Origin}' is not where this gateway is.");
        if (hello.CheckSignature(_challenge) is { } unsigned)
            return Refuse(WorkerClose.NotSigned, unsigned.Message);
        if (door.IsBanned(hello.Id))
            return Refuse(WorkerClose.Refused, "The c-node is banned.");
        if (await door.PlaceAsync(hello.Id, cancel) is not { } place)
            return Refuse(WorkerClose.Unavailable, "The keeper of the c-node's chains does not answer.");
        if (!place.SignsWith(hello.Signature.Key))
            return Refuse(WorkerClose.NotSigned, "key: not the one in force of this c-node.");
        _hello = hello;
        Send(new Welcome(door.Services.Seen()));
        return true;
    }

    private async Task<bool> OnJoinAsync(Join join, CancellationToken cancel)
    {
        var hello = _hello!;
        if (await door.PlaceAsync(hello.Id, cancel) is not { } place)
            return Refuse(WorkerClose.Unavailable, "The keeper of the c-node's chains does not answer.");
        if (place.Author is not { Next: not null } author)
            return Refuse(WorkerClose.Refused, place.Author is null ? "The c-node has not declared itself." : "The keys of the c-node were revoked.");
        if (author.Key != hello.Signature.Key)
            return Refuse(WorkerClose.NotSigned, "key: it was replaced meanwhile.");
        if (!Entry.TryParse(author.Declaration.Span, out var entry, out _) || entry.Claims is not Declare declared || !declared.Roles.HasFlag(Roles.Worker))
            return Refuse(WorkerClose.Refused, "roles: the c-node has not declared itself as a worker.");
        var guest = new Guest(hello.Id, author.Key, author.Declared, declared.Capabilities);
        switch (await door.JoinAsync(guest, cancel))
        {
            case GuestProtocol.Joined joined:
                _session = joined.Session;
                _session.Tell(new RemoteHand.Arrived(this, join, new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size))), ActorRefs.NoSender);
                return true;
            case GuestProtocol.JoinRefused refused:
                return Refuse(WorkerClose.Unavailable, refused.Why);
            default:
                return Refuse(WorkerClose.Unavailable, "The node's workers do not answer.");
        }
    }

    private void OnAsk(Ask ask, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _questions) > door.Limits.Questions)
        {
            Interlocked.Decrement(ref _questions);
            Send(new Answer(ask.Id, new Refused(RefusalReason.Unavailable, $"id: more than {door.Limits.Questions} questions at once.")));
            return;
        }
        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            try
            {
                if (await door.Services.KeepersAsync(ask.Message, cancel) is IWire answer)
                    Send(new Answer(ask.Id, answer));
            }
            catch (TimeoutException)
            {
                Send(new Answer(ask.Id, new Refused(RefusalReason.Unavailable, "The keeper of the c-node's chains does not answer.")));
            }
            catch (OperationCanceledException)
            {
                // The connection is lost: nobody waits for it.
            }
            catch (Exception fault)
            {
                door.Log.Error(fault, "A question of {0} could not be answered.", _hello?.Id);
                Close(WorkerClose.Unavailable, "A question could not be answered.");
            }
            finally
            {
                Interlocked.Decrement(ref _questions);
            }
        }
    }

    private bool Refuse(int code, string why)
    {
        Send(new Refusal(0, new Refused(code == WorkerClose.Unavailable ? RefusalReason.Unavailable : RefusalReason.Invalid, why)));
        Close(code, why);
        return false;
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
