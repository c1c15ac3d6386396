namespace AkkaCompute.Actors.Transport.Guard;

/// <summary>
/// Who is connected, and which systems have been: counted per source and in all, so that nobody takes the room of the others.
/// Used from many threads.
/// </summary>
internal sealed class ConnectionTable(GuardLimits limits, TimeProvider time)
{
    private const int ManySources = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<Origin, Peer> _systems = [];
    private readonly LinkedList<Peer> _gone = [];
    private readonly LinkedList<Visit> _unknown = [];
    private int _connections;

    /// <summary>Connections that have come in and are open.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
                return _connections;
        }
    }

    /// <summary>Connections of these without a handshake.</summary>
    public int WithoutHandshake
    {
        get
        {
            lock (_lock)
                return _unknown.Count;
        }
    }

    /// <summary>Systems that are remembered.</summary>
    public int Systems
    {
        get
        {
            lock (_lock)
                return _systems.Count;
        }
    }

    /// <summary>A connection has come in.</summary>
    /// <param name="visit">The connection.</param>
    /// <param name="crowded">One that has to make room for it; <c>null</c> means none.</param>
    public FrameFault Admit(Visit visit, out Visit? crowded)
    {
        crowded = null;
        lock (_lock)
        {
            var source = SourceOf(visit.Source);
            if (_connections >= limits.Connections || source.Connections >= limits.ConnectionsOfSource)
                return FrameFault.Connections;
            if (_unknown.Count >= limits.WithoutHandshake)
            {
                crowded = _unknown.First!.Value;
                Known(crowded);
            }
            visit.Unknown = _unknown.AddLast(visit);
            visit.Counted = true;
            source.Connections++;
            _connections++;
            return FrameFault.None;
        }
    }

    /// <summary>A connection has said who it is.</summary>
    /// <param name="visit">The connection.</param>
    /// <param name="origin">The system at its other end.</param>
    /// <param name="uid">The number of its incarnation.</param>
    /// <param name="forgotten">A system that made room, and should be forgotten elsewhere too; <c>null</c> means none.</param>
    public FrameFault Greet(Visit visit, Origin origin, int uid, out Peer? forgotten)
    {
        forgotten = null;
        lock (_lock)
        {
            if (visit.Left)
                return FrameFault.Crowded;
            var known = _systems.TryGetValue(origin, out var peer);
            // Akka.Remote would take it for a restart, and quarantine who is there. Who is called at its address says what is true there.
            if (visit.Inbound && peer is { Connections: > 0 } && peer.Uid != uid)
                return FrameFault.Taken;
            if (!known && visit.Inbound && !SourceOf(visit.Source).TrySpend(limits, time))
                return FrameFault.Strangers;
            if (!known && _systems.Count >= limits.Systems)
            {
                if (_gone.First is not { } oldest)
                    return FrameFault.Strangers;
                forgotten = oldest.Value;
                Forget(forgotten);
            }
            if (peer?.Uid != uid)
            {
                if (peer is not null)
                    Forget(peer);
                _systems[origin] = peer = new Peer(origin, uid, limits.Window);
            }
            Known(visit);
            visit.Peer = peer;
            peer.Connections++;
            if (peer.Gone is { } place)
            {
                _gone.Remove(place);
                peer.Gone = null;
            }
            peer.Enter(visit, visit.Inbound);
            return FrameFault.None;
        }
    }

    /// <summary>The system at its other end has said that this incarnation ends: what comes under its name is a new one.</summary>
    public void Quit(Visit visit)
    {
        lock (_lock)
        {
            if (visit.Peer is { } peer)
                Forget(peer);
        }
    }

    /// <summary>A connection has ended. Idempotent.</summary>
    public void Leave(Visit visit)
    {
        lock (_lock)
        {
            if (visit.Left)
                return;
            visit.Left = true;
            Known(visit);
            if (visit.Counted)
            {
                SourceOf(visit.Source).Connections--;
                _connections--;
            }
            if (visit.Peer is not { } peer)
                return;
            peer.Exit(visit);
            if (--peer.Connections == 0 && _systems.GetValueOrDefault(peer.Origin) == peer)
                peer.Gone = _gone.AddLast(peer);
        }
    }

    private void Known(Visit visit)
    {
        if (visit.Unknown is not { } place)
            return;
        _unknown.Remove(place);
        visit.Unknown = null;
    }

    private void Forget(Peer peer)
    {
        if (_systems.GetValueOrDefault(peer.Origin) == peer)
            _systems.Remove(peer.Origin);
        if (peer.Gone is { } place)
            _gone.Remove(place);
        peer.Gone = null;
    }

    private Source SourceOf(string name)
    {
        if (_sources.TryGetValue(name, out var source))
            return source;
        if (_sources.Count >= ManySources)
        {
            foreach (var idle in _sources.Where(one => one.Value.Connections == 0).Select(one => one.Key).ToArray())
                _sources.Remove(idle);
        }
        return _sources[name] = new Source(limits.NewSystems, time.GetTimestamp());
    }

    /// <summary>One IP address: its connections, and how many new systems it may show.</summary>
    private sealed class Source(double allowance, long since)
    {
        private double _allowance = allowance;
        private long _since = since;

        public int Connections { get; set; }

        public bool TrySpend(GuardLimits limits, TimeProvider time)
        {
            var now = time.GetTimestamp();
            _allowance = Math.Min(
                limits.NewSystems, _allowance + time.GetElapsedTime(_since, now).TotalSeconds * limits.NewSystemsPerSecond);
            _since = now;
            if (_allowance < 1)
                return false;
            _allowance--;
            return true;
        }
    }
}

/// <summary>A connection in the table.</summary>
/// <param name="source">The IP address at its other end.</param>
/// <param name="inbound">It came in; else it was called.</param>
internal sealed class Visit(string source, bool inbound)
{
    public string Source => source;

    public bool Inbound => inbound;

    /// <summary>The system at its other end; null before the handshake.</summary>
    public Peer? Peer { get; set; }

    /// <summary>Its place among those without a handshake.</summary>
    public LinkedListNode<Visit>? Unknown { get; set; }

    /// <summary>It is among the connections.</summary>
    public bool Counted { get; set; }

    /// <summary>It has ended.</summary>
    public bool Left { get; set; }

    /// <summary>Closes it, for the reason.</summary>
    public Action<FrameFault> Close { get; init; } = _ => { };
}
