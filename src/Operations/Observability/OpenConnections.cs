using Microsoft.AspNetCore.Connections;

namespace AkkaCompute.Operations.Observability;

/// <summary>
/// A bounded number of connections, of which the oldest makes room for the next: those that say nothing keep nobody out. Who asks does so
/// at once, and comes again when a connection that it kept was taken.
/// </summary>
internal sealed class OpenConnections(int most)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ConnectionContext> _open = [];

    public ConnectionDelegate Around(ConnectionDelegate next) => async connection =>
    {
        var place = Enter(connection, out var oldest);
        oldest?.Abort(new ConnectionAbortedException($"More than {most} connections: the oldest makes room."));
        try
        {
            await next(connection);
        }
        finally
        {
            lock (_lock)
            {
                if (place.List is not null)
                    _open.Remove(place);
            }
        }
    };

    private LinkedListNode<ConnectionContext> Enter(ConnectionContext connection, out ConnectionContext? oldest)
    {
        oldest = null;
        lock (_lock)
        {
            if (_open.Count >= most)
            {
                oldest = _open.First!.Value;
                _open.RemoveFirst();
            }
            return _open.AddLast(connection);
        }
    }
}
