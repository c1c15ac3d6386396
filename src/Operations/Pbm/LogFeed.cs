using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;

namespace AkkaCompute.Operations.Pbm;

/// <summary>What this node logs: the last lines, and each new one for who follows.</summary>
internal sealed class LogFeed : IDisposable
{
    /// <summary>Log events that are kept.</summary>
    public const int Kept = 500;

    private readonly ActorSystem _system;
    private readonly IActorRef _listener;
    private readonly Lock _lock = new();
    private readonly Queue<LogEvent> _last = new();
    private readonly HashSet<ChannelWriter<LogEvent>> _followers = [];

    public LogFeed(ActorSystem system)
    {
        _system = system;
        _listener = system.ActorOf(Props.Create(() => new Listener(this)));
        system.EventStream.Subscribe(_listener, typeof(LogEvent));
    }

    /// <summary>The last log events, oldest first.</summary>
    public IReadOnlyList<LogEvent> Last(int count)
    {
        lock (_lock)
            return [.. _last.Skip(Math.Max(0, _last.Count - count))];
    }

    /// <summary>Every log event from now on goes to the channel, until it is unfollowed.</summary>
    public void Follow(ChannelWriter<LogEvent> follower)
    {
        lock (_lock)
            _followers.Add(follower);
    }

    public void Unfollow(ChannelWriter<LogEvent> follower)
    {
        lock (_lock)
            _followers.Remove(follower);
    }

    public void Dispose() => _system.Stop(_listener);

    private void Add(LogEvent logged)
    {
        lock (_lock)
        {
            _last.Enqueue(logged);
            if (_last.Count > Kept)
                _last.Dequeue();
            foreach (var follower in _followers)
                follower.TryWrite(logged); // the channel itself says what it drops
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(LogFeed feed) => Receive<LogEvent>(feed.Add);
    }
}
