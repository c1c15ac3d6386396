using System.Security.Cryptography;
using Akka.Actor;
using Akka.Cluster;
using Member = AkkaCompute.Domain.Draw.Member;
using Akka.Event;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Actors.Workers.GuestProtocol;
using static AkkaCompute.Domain.Roster.RosterProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The worker sessions of a node, which share its slots: announces all that have opened their chains to the roster, and passes leases
/// on. Announces again until the roster has them, and whenever it has lost one.
/// </summary>
public sealed partial class WorkersActor : ReceiveActor, IWithTimers
{
    /// <summary>Sessions of one node, its own and its guests'.</summary>
    public const int MostSessions = 10_000;

    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _sayAgainAfter = TimeSpan.FromSeconds(15);

    private readonly WorkerNode _node;
    private readonly NodeSlots _here;
    private readonly IActorRef _roster;
    private readonly SlotPool _slots;
    private readonly string _address = Cluster.Get(Context.System).SelfAddress.ToString();
    private readonly Dictionary<NodeId, Session> _sessions = [];
    private readonly HashSet<NodeId> _opening = [];
    private readonly Dictionary<NodeId, SessionActor.Opened> _open = [];
    private readonly SessionAnnouncer _announcer = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _guests; // that ever came
    private Action? _checkAtOnce;
    private long _revision, _saidAt;
    private bool _announced;
    private bool _changed;
    private int _leftOut;

    public WorkersActor(WorkerNode node, NodeSlots here, IActorRef roster)
    {
        (_node, _here, _roster) = (node, here, roster);
        _slots = new SlotPool(here.Slots);
        node.Metrics.OnSlots(_slots);
        var preparations = Context.ActorOf(Props.Create(() => new PreparationsActor(_slots, here.Compiling, node.Time)), "preparations");
        var log = Logging.GetLogger(Context.System, typeof(KeyPen));
        var holder = new Hash256(RandomNumberGenerator.GetBytes(Hash256.Size));
        foreach (var worker in here.Workers)
        {
            Func<IHand> hand = () => new SlotHand(worker, node, _slots, preparations);
            Func<IPen> pen = () => new KeyPen(worker, node, holder, log);
            var actor = Context.ActorOf(Props.Create(() => new SessionActor(worker.Id, node, hand, pen)), worker.Id.ToString());
            _sessions.Add(
                worker.Id,
                new Session(actor, worker.Capabilities, worker.IsNewcomer ? Standing.Newcomer : Standing.First));
            _opening.Add(worker.Id);
        }
        Receive<JobProtocol.Assign>(assign => Forward(assign.Worker, assign));
        Receive<JobProtocol.Release>(release => Forward(release.Worker, release));
        Receive<JobProtocol.Unjudged>(unjudged => Forward(unjudged.Worker, unjudged));
        Receive<SignRewards>(ask => Forward(ask.NodeId, ask));
        Receive<SessionActor.Opened>(OnOpened);
        Receive<SessionActor.Closed>(OnClosed);
        Receive<ChangeKey>(OnChangeKey);
        Receive<Join>(OnJoin);
        Receive<Leave>(OnLeave);
        Receive<Stay>(stay => Timers.Cancel(stay.Session));
        Receive<Dropped>(OnDropped);
        Receive<Announced>(OnAnnounced);
        Receive<AnnounceAll>(all =>
        {
            if (_announcer.OnUnknown(all.Revision))
                Announce();
        });
        Receive<AnnouncementRefused>(refused => _log.Error("The roster refuses this node's workers: {0}", refused.Why));
        Receive<Drain>(OnDrain);
        Receive<Check>(_ => OnCheck());
        ReceiveAny(message => node.Unknown.Refuse(message, Sender));
    }

    /// <summary>Withdraws this node's workers and takes no new leases; answered by <see cref="DrainState"/>. Idempotent.</summary>
    /// <param name="ReturnLeases">Bundles that are still held are given back to their jobs, unfinished.</param>
    public sealed record Drain(bool ReturnLeases);

    /// <param name="InRoster">Workers of this node that can still be drawn.</param>
    /// <param name="Bundles">Leases that are held, those among them that are given back by this question.</param>
    public sealed record DrainState(int InRoster, int Bundles);

    /// <summary>
    /// From the operator: rotates or revokes the key of a c-node of this node. Answered by <see cref="KeyPen.KeyChanged"/>.
    /// </summary>
    internal sealed record ChangeKey(NodeId Worker, bool Revoke);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _revision = _node.Time.GetUtcNow().ToUnixTimeMilliseconds(); // so that a node that starts again is newer than before
        Timers.StartPeriodicTimer(nameof(Check), Check.Instance, TimeSpan.Zero, CheckEvery);
        var self = Self;
        _checkAtOnce = () => self.Tell(Check.Instance);
        _here.Chains.Renewed += _checkAtOnce;
    }

    protected override void PostStop()
    {
        _here.Chains.Renewed -= _checkAtOnce;
        _slots.Dispose();
    }

    private void OnOpened(SessionActor.Opened opened)
    {
        if (!_sessions.TryGetValue(opened.Worker, out var session) || !session.Actor.Equals(Sender))
            return; // it was given up meanwhile
        _opening.Remove(opened.Worker);
        _changed |= _open.GetValueOrDefault(opened.Worker) != opened;
        _open[opened.Worker] = opened;
        // Guests come in crowds: they wait for the next check.
        if (_opening.Count == 0 && _changed && session.Guest is null)
            Announce();
    }

    private void OnAnnounced(Announced announced)
    {
        _announcer.OnTaken(announced.Revision);
        _announced |= announced.Revision == _revision;
        if (announced.LeftOut > _leftOut)
            _log.Warning(
                "The roster has no room for {0} of this node's c-nodes: they are announced again until it has.", announced.LeftOut);
        _leftOut = announced.LeftOut;
    }

    private void OnClosed(SessionActor.Closed closed)
    {
        if (_sessions.TryGetValue(closed.Worker, out var session) && !session.Actor.Equals(Sender))
            return;
        _opening.Remove(closed.Worker);
        _changed |= _open.Remove(closed.Worker);
    }

    private void OnChangeKey(ChangeKey change)
    {
        if (_sessions.TryGetValue(change.Worker, out var session) && session.Guest is null)
            session.Actor.Forward(change.Revoke ? new KeyPen.Revoke() : new KeyPen.Rotate());
        else
            Sender.Tell(new KeyPen.KeyChanged($"This node does not have the key of {change.Worker}."));
    }

    private void OnCheck()
    {
        var roster = _node.Rosters.Current;
        var stale = !_node.Drain.IsOn && IsStale(roster.Nodes.GetValueOrDefault(_address));
        var missing = stale
            || (_node.Drain.IsOn ? InRoster > 0 : _open.Values.Any(opened => !IsAnnounced(opened, roster.Find(opened.Worker))));
        if (_changed || (_opening.Count == 0 && missing))
            Announce();
    }

    /// <summary>A singleton of a version before does not keep what this node speaks: that alone is said again now and then.</summary>
    private bool IsStale(NodeInfo? known)
    {
        var info = _here.Info();
        if (known == info)
            return false;
        if (known is null || known with { Speaks = info.Speaks } != info)
            return true;
        if (_node.Time.GetElapsedTime(_saidAt) < _sayAgainAfter)
            return false;
        _saidAt = _node.Time.GetTimestamp();
        return true;
    }

    private bool IsAnnounced(SessionActor.Opened opened, Member? member) => member?.NodeAddress == _address && member.SignsWith(opened.Key);

    private int InRoster => _sessions.Keys.Count(id => _node.Rosters.Current.Find(id)?.NodeAddress == _address);

    private void OnDrain(Drain drain)
    {
        if (!_node.Drain.IsOn)
        {
            _node.Drain.TurnOn();
            Announce();
        }
        var held = _slots.Held; // before it is given back, which sessions do at once
        if (drain.ReturnLeases)
        {
            foreach (var session in _sessions.Values)
                session.Actor.Tell(new SessionActor.ReturnAll());
        }
        Sender.Tell(new DrainState(InRoster, held));
    }

    /// <summary>
    /// What has changed, where the roster has the rest; nobody, where the node is to leave or all are gone: the roster is to know.
    /// </summary>
    private void Announce()
    {
        if (!_announced || _node.Rosters.Current.Epoch != Epoch.None)
            _revision++;
        (_announced, _changed) = (false, false);
        var members = _node.Drain.IsOn ? new Dictionary<NodeId, Member>() : _open.Values.Select(MemberOf).ToDictionary(member => member.Id);
        foreach (var part in _announcer.Say(_here.Info(), _revision, members, byChange: _node.Rosters.Current.Speaks >= 1))
            _roster.Tell(part, Self);
    }

    private Member MemberOf(SessionActor.Opened opened)
    {
        var session = _sessions[opened.Worker];
        return new Member(opened.Worker, _address, session.Capabilities, declared: opened.Declared, standing: session.Standing)
        {
            Key = opened.Key.NodeId == opened.Worker ? null : opened.Key,
        };
    }

    private void Forward(NodeId worker, IWire message)
    {
        if (_node.Drain.IsOn && message is JobProtocol.Assign late)
            Sender.Tell(new JobProtocol.Decline(late.JobId, late.Bundle, late.Attempt, worker, "This node is about to leave.", default));
        else if (_sessions.TryGetValue(worker, out var session))
            session.Actor.Forward(message);
        else if (message is JobProtocol.Assign assign)
            Sender.Tell(
                new JobProtocol.Decline(assign.JobId, assign.Bundle, assign.Attempt, worker, "This worker is not here any more.", default));
    }

    /// <param name="Guest">Null for a c-node of this node.</param>
    private sealed record Session(IActorRef Actor, CapabilitySet Capabilities, Standing Standing, Join? Guest = null);

    private sealed class Check
    {
        public static readonly Check Instance = new();
    }
}
