namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// One incarnation of a system, over all its connections: which system messages have come from it. Akka.Remote reads them from one
/// connection at a time, the newest that came in, and drops what comes in by an older one.
/// </summary>
internal sealed class Peer(Origin origin, int uid, int window)
{
    /// <summary>
    /// Messages of an older connection that are counted all the same: those that were under way when the new one came. Without a
    /// bound a peer could count up here what Akka.Remote does not see.
    /// </summary>
    public const int Slack = 4_096;

    private readonly Lock _lock = new();
    private readonly SequenceWindow _window = new(window);
    private object? _reading;
    private int _slack = Slack;

    public Origin Origin => origin;

    public int Uid => uid;

    /// <summary>Its connections now; whoever changes it holds the table's lock.</summary>
    public int Connections { get; set; }

    /// <summary>Its place among those without a connection; <c>null</c> where it has one.</summary>
    public LinkedListNode<Peer>? Gone { get; set; }

    /// <summary>A connection has shaken hands.</summary>
    /// <param name="connection">Any object that stands for it.</param>
    /// <param name="inbound">It came in: it takes the place of the one before. One that was called does so only where there is
    /// none.</param>
    public void Enter(object connection, bool inbound)
    {
        lock (_lock)
        {
            if (inbound || _reading is null)
                _reading = connection;
        }
    }

    /// <summary>A connection has ended: if it was the one that is read, the next that says something takes its place.</summary>
    public void Exit(object connection)
    {
        lock (_lock)
        {
            if (_reading == connection)
                _reading = null;
        }
    }

    /// <summary>A system message has come.</summary>
    /// <returns>False: its number can't be.</returns>
    public bool TryTake(object connection, long sequence, int bytes)
    {
        lock (_lock)
        {
            _reading ??= connection;
            if (connection == _reading)
                return _window.TryTake(sequence, bytes);
            if (sequence < _window.Next)
                return true;
            return _slack > 0 ? _window.TryTake(sequence, bytes) && _slack-- > 0 : _window.Allows(sequence, bytes);
        }
    }
}
