using Akka.Actor;
using Akka.Cluster;
using Member = AkkaCompute.Domain.Roster.Member;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Domain;
using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Jobs;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Roster.RosterProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The worker sessions of a node, which share its slots: declares each c-node, announces all to the roster, and passes leases
/// on. Announces again until the roster has them, and whenever it has lost one.
/// </summary>
public sealed class WorkersActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);

    /// <summary>Sessions of one message: each is about 100 bytes, with many capabilities some KB.</summary>
    private const int SessionsPerPart = 200;

    private readonly NodeContext _node;
    private readonly IActorRef _roster;
    private readonly SlotPool _slots;
    private readonly string _address = Cluster.Get(Context.System).SelfAddress.ToString();
    private readonly Dictionary<NodeId, Session> _sessions = [];
    private readonly HashSet<NodeId> _undeclared = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _revision;
    private bool _announced;

    public WorkersActor(NodeContext node, IActorRef roster)
    {
        (_node, _roster) = (node, roster);
        _slots = new SlotPool(node.Options.Slots);
        foreach (var worker in node.Options.Workers)
        {
            var id = worker.Key.NodeId;
            var actor = Context.ActorOf(Props.Create(() => new WorkerSession(id, worker.Sandbox, _slots)), id.ToString());
            _sessions.Add(id, new Session(actor, worker));
            _undeclared.Add(id);
        }
        Receive<JobProtocol.Assign>(assign => Forward(assign.Worker, assign));
        Receive<JobProtocol.Release>(release => Forward(release.Worker, release));
        Receive<DeclarationAccepted>(OnDeclared);
        Receive<Refused>(refused => _log.Error("A declaration was refused: {0}", refused.Message));
        Receive<Announced>(announced => { _announced |= announced.Revision == _revision; });
        Receive<AnnouncementRefused>(refused => _log.Error("The roster refuses this node's workers: {0}", refused.Why));
        Receive<Check>(_ => OnCheck());
        ReceiveAny(message => node.RefuseUnknown(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _revision = _node.Time.GetUtcNow().ToUnixTimeMilliseconds(); // so that a node that starts again is newer than before
        Timers.StartPeriodicTimer(nameof(Check), Check.Instance, TimeSpan.Zero, CheckEvery);
    }

    protected override void PostStop() => _slots.Dispose();

    private void OnDeclared(DeclarationAccepted accepted)
    {
        if (_undeclared.Remove(accepted.NodeId) && _undeclared.Count == 0)
            Announce();
    }

    private void OnCheck()
    {
        foreach (var id in _undeclared)
        {
            var worker = _sessions[id].Worker;
            _node.Worker.Tell(new Declare(id, worker.Key.Public.ToBytes(), [.. worker.Sandbox.Capabilities]), Self);
        }
        var roster = _node.Rosters.Current;
        var missing = roster.Nodes.GetValueOrDefault(_address) != _node.Info || _sessions.Keys.Any(id => roster.Find(id)?.NodeAddress != _address);
        if (_undeclared.Count == 0 && _sessions.Count > 0 && missing)
            Announce();
    }

    private void Announce()
    {
        if (!_announced || _node.Rosters.Current.Epoch != Epoch.None)
            _revision++;
        _announced = false;
        var info = _node.Info;
        var members = _sessions
            .Select(session => new Member(session.Key, _address, CapabilitySet.Of(session.Value.Worker.Sandbox.Capabilities), standing: Standing.First))
            .Chunk(SessionsPerPart)
            .ToArray();
        for (var part = 0; part < members.Length; part++)
            _roster.Tell(new RosterProtocol.Announce(info, _revision, part, members.Length, [.. members[part]]), Self);
    }

    private void Forward(NodeId worker, IWire message)
    {
        if (_sessions.TryGetValue(worker, out var session))
            session.Actor.Forward(message);
        else if (message is JobProtocol.Assign assign)
            Sender.Tell(new JobProtocol.Decline(assign.JobId, assign.Bundle, assign.Attempt, worker, "This worker is not here any more.", default));
    }

    private sealed record Session(IActorRef Actor, LocalWorker Worker);

    private sealed class Check
    {
        public static readonly Check Instance = new();
    }
}
