using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Outside.Workers;

namespace AkkaCompute.Gateway.Workers;

/// <summary>One session's frames, and the connection that they go through. For the session's actor alone.</summary>
/// <param name="id">The session's name: 32 random bytes.</param>
internal sealed class SessionLine(Hash256 id)
{
    private readonly FrameLog _log = new();
    private IWorkerSocket? _socket;

    public Hash256 Id { get; private set; } = id;

    /// <summary>The connection; null between two of them.</summary>
    public IWorkerSocket? Socket => _socket;

    /// <summary>Whether there is room for what is new.</summary>
    public bool IsOpen => _socket is not null && _log.HasRoom;

    /// <summary>Sends a frame of the session.</summary>
    public void Send(WorkerFrame frame) => Put(_log.Number(frame));

    /// <summary>Sends a frame that is worth nothing later.</summary>
    public void Put(WorkerFrame frame) => _socket?.Send(_log.Stamp(frame));

    /// <summary>A frame came. False: it is of a connection that was replaced, or was here before.</summary>
    /// <exception cref="FrameOrderException">The worker does not keep to the order.</exception>
    public bool Take(IWorkerSocket from, WorkerFrame frame)
    {
        if (!ReferenceEquals(from, _socket) || !_log.Take(frame))
            return false;
        if (_log.OwesAck)
            Put(new Working.Heard());
        return true;
    }

    /// <summary>A connection goes on with the session: what it has not seen is sent again.</summary>
    /// <param name="ack">What it has seen.</param>
    /// <exception cref="FrameOrderException">It has seen what was not sent.</exception>
    public void Attach(IWorkerSocket socket, long ack)
    {
        Replace(socket);
        _log.Acknowledge(ack);
        Put(new Working.Joined(Id, Resumed: true));
        foreach (var frame in _log.Kept)
            Put(frame);
    }

    /// <summary>A connection begins anew.</summary>
    /// <param name="id">The session's new name.</param>
    public void Begin(IWorkerSocket socket, Hash256 id)
    {
        Replace(socket);
        _log.Reset();
        Id = id;
        Put(new Working.Joined(id, Resumed: false));
    }

    /// <summary>The connection is lost; false: it was another one.</summary>
    public bool Detach(IWorkerSocket socket)
    {
        if (!ReferenceEquals(socket, _socket))
            return false;
        _socket = null;
        return true;
    }

    private void Replace(IWorkerSocket socket)
    {
        _socket?.Close(WorkerClose.Replaced, "Another connection of this c-node has taken over.");
        _socket = socket;
    }
}

/// <summary>A connection of a worker; any thread.</summary>
internal interface IWorkerSocket
{
    /// <summary>Queues a frame. A worker that does not read is cut off.</summary>
    void Send(WorkerFrame frame);

    /// <summary>Closes it, with a code of <see cref="WorkerClose"/>.</summary>
    void Close(int code, string why);
}

/// <summary>Why a connection was closed: codes of RFC 6455, and from 4000 on our own.</summary>
internal static class WorkerClose
{
    public const int Normal = 1000, GoingAway = 1001, TooLarge = 1009;

    /// <summary>A frame that the protocol does not have, or out of order: try again only with another program.</summary>
    public const int Malformed = 4400;

    /// <summary>The hello is not signed by the c-node's key, or for another gateway.</summary>
    public const int NotSigned = 4401;

    /// <summary>The c-node can't work here: banned, revoked, no worker.</summary>
    public const int Refused = 4403;

    /// <summary>Nothing came for too long.</summary>
    public const int Silent = 4408;

    /// <summary>Another connection of the same c-node has taken over.</summary>
    public const int Replaced = 4409;

    /// <summary>The worker does not read what it is sent.</summary>
    public const int Slow = 4411;

    /// <summary>Frames came too fast.</summary>
    public const int TooFast = 4429;

    /// <summary>The node can't now: try another one, or later.</summary>
    public const int Unavailable = 4503;
}

/// <summary>A worker says what it may not say: its connection is closed.</summary>
internal sealed class WorkerProtocolException(string message) : Exception(message);
