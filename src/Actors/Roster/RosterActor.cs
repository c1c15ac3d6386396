using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Actors.Sharding;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The roster's singleton: gathers who is there and what waits to be drawn, closes epochs, and sends each to all replicas
/// when it is durable. Nothing waits, nothing is closed.
/// </summary>
public sealed class RosterActor : ReceivePersistentActor, IWithTimers
{
    private readonly NodeContext _node;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Announcements _announcements = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private RosterState _state = new();
    private DateTimeOffset _closedAt;
    private bool _closing, _stopping;

    public RosterActor(NodeContext node)
    {
        _node = node;
        Recover<EpochClosed>(closed => _state.Apply(closed));
        Recover<SnapshotOffer>(offer => _state = RosterState.Restore((RosterMemory)offer.Snapshot));
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<Announce>(OnAnnounce);
        Command<EnterRequests>(OnEnter);
        Command<EnterHeads>(_ => { });
        Command<Ban>(_ => { });
        Command<SetStandings>(_ => { });
        Command<GetRoster>(query => Send(Sender, Since(query.Since)));
        Command<ClusterEvent.MemberRemoved>(removed => Remove(removed.Member.Address.ToString()));
        Command<ClusterEvent.IMemberEvent>(_ => { });
        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<Close>(_ => OnClose());
        Command<EntityStop>(_ => OnStop());
        Command<SaveSnapshotSuccess>(_ => { });
        Command<SaveSnapshotFailure>(failure => _log.Warning(failure.Cause, "The roster's snapshot was not written; the events are."));
        CommandAny(message => node.RefuseUnknown(message, Sender));
    }

    public override string PersistenceId => "roster";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void OnRecovered()
    {
        var present = _cluster.State.Members.Select(member => member.Address.ToString()).ToHashSet();
        foreach (var gone in _state.KnownNodes.Where(address => !present.Contains(address)))
            _state.Remove(gone);
        Schedule();
    }

    private void OnAnnounce(Announce part)
    {
        if (_announcements.Add(part) is not { } sessions)
            return;
        var reply = _state.Announce(part.Node, sessions);
        Sender.Tell(reply.IsRefusal
            ? new AnnouncementRefused(part.Node.Address, part.Revision, reply.Why ?? reply.Verdict.ToString())
            : new Announced(part.Node.Address, part.Revision));
        Schedule();
    }

    private void OnEnter(EnterRequests entered)
    {
        foreach (var request in entered.Requests)
        {
            var reply = _state.Enter(request);
            if (reply.Verdict == RosterVerdict.AlreadyEntered)
                Send(Sender, Since(reply.Epoch == Epoch.None ? reply.Epoch : new Epoch(reply.Epoch.Number - 1)));
            else if (reply.Verdict == RosterVerdict.BadRequest)
                _log.Error("{0}: {1}", request, reply.Why);
        }
        Schedule();
    }

    private void Remove(string address)
    {
        _state.Remove(address);
        _announcements.Forget(address);
        Schedule();
    }

    private void Schedule()
    {
        if (_closing || Timers.IsTimerActive(nameof(Close)) || !_state.HasWork)
            return;
        var options = _node.Options;
        var stretched = TimeSpan.FromMicroseconds(0.5 * options.EpochStretch * _state.Members.Count);
        var due = _closedAt + (stretched > options.MinEpoch ? stretched : options.MinEpoch) - _node.Time.GetUtcNow();
        Timers.StartSingleTimer(nameof(Close), Close.Instance, due > TimeSpan.Zero ? due : TimeSpan.Zero);
    }

    /// <summary>The singleton moves: first a write under way ends, or the next one would not know of it.</summary>
    private void OnStop()
    {
        _stopping = true;
        if (!_closing)
            Context.Stop(Self);
    }

    private void OnClose()
    {
        if (_closing || _stopping)
            return;
        if (_state.Close(_node.Chains.Next(_state.NextReveal), out var reply) is not { } closed)
        {
            if (reply.IsRefusal)
                _log.Error("The epoch after {0} can't be closed: {1}", _state.Epoch, reply.Why);
            return;
        }
        _closing = true;
        PersistAsync(closed, durable =>
        {
            _state.Apply(durable);
            _closing = false;
            if (_stopping)
            {
                Context.Stop(Self);
                return;
            }
            _closedAt = _node.Time.GetUtcNow();
            foreach (var member in _cluster.State.Members.Where(member => member.HasRole(ComputeNode.Role)))
                Send(Context.ActorSelection($"{member.Address}/user/{ComputeNode.ReplicaName}"), durable.Delta.Split());
            if (_state.Epoch.Number % (ulong)_node.Options.EpochsPerSnapshot == 0)
                SaveSnapshot(_state.Remember());
            Schedule();
        });
    }

    private IReadOnlyList<RosterPart> Since(Epoch epoch) =>
        _state.DeltasSince(epoch) is { } deltas ? [.. deltas.SelectMany(delta => delta.Split())] : _state.Snapshot()?.Split() ?? [];

    private void Send(ICanTell replica, IReadOnlyList<RosterPart> parts)
    {
        foreach (var part in parts)
            replica.Tell(new PartSent(part), Self);
    }

    private sealed class Close
    {
        public static readonly Close Instance = new();
    }
}
