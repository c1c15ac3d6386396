namespace AkkaCompute.Domain.Outside.Workers;

/// <summary>
/// One side of a session's frames, over all of its connections: what it says is numbered and kept until the other side has it, and is sent
/// again on the next connection; what comes twice is known. For one thread at a time.
/// </summary>
public sealed class FrameLog
{
    /// <summary>Frames that may wait for their acknowledgement; beyond that nothing new is begun.</summary>
    public const int MostKept = 256;

    /// <summary>An acknowledgement goes out by itself after so many frames that nothing was said to.</summary>
    private const int AckEvery = 16;

    private readonly Queue<WorkerFrame> _kept = new();
    private long _sent, _said;

    /// <summary>The last frame of the other side that has come.</summary>
    public long Seen { get; private set; }

    /// <summary>Whether there is room for what is new.</summary>
    public bool HasRoom => _kept.Count < MostKept;

    /// <summary>What the other side may not have: to be sent again on a new connection, in this order.</summary>
    public IReadOnlyCollection<WorkerFrame> Kept => _kept;

    /// <summary>Whether so many frames have come without an answer that one has to be sent, if only <see cref="Working.Heard"/>.</summary>
    public bool OwesAck => Seen - _said >= AckEvery;

    /// <summary>Gives a frame its number, and keeps it.</summary>
    public WorkerFrame Number(WorkerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var numbered = frame with { Seq = ++_sent };
        _kept.Enqueue(numbered);
        return numbered;
    }

    /// <summary>A frame as it goes out now.</summary>
    public WorkerFrame Stamp(WorkerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        _said = Seen;
        return frame with { Ack = Seen };
    }

    /// <summary>A frame came. False: it was here before.</summary>
    /// <exception cref="FrameOrderException">One is missing before it, or it acknowledges what was not sent.</exception>
    public bool Take(WorkerFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Acknowledge(frame.Ack);
        if (frame.Seq == 0)
            return true;
        if (frame.Seq <= Seen)
            return false;
        if (frame.Seq > Seen + 1)
            throw new FrameOrderException($"seq: {frame.Seq}, but the next one is {Seen + 1}.");
        Seen = frame.Seq;
        return true;
    }

    /// <summary>The other side has all up to this number.</summary>
    /// <exception cref="FrameOrderException">They were not sent.</exception>
    public void Acknowledge(long ack)
    {
        if (ack > _sent)
            throw new FrameOrderException($"ack: {ack}, but {_sent} were sent.");
        while (_kept.TryPeek(out var first) && first.Seq <= ack)
            _kept.Dequeue();
    }

    /// <summary>A new session: nothing was said.</summary>
    public void Reset()
    {
        _kept.Clear();
        (_sent, _said, Seen) = (0, 0, 0);
    }
}

/// <summary>The other side does not keep to the order of frames.</summary>
public sealed class FrameOrderException(string message) : Exception(message);
