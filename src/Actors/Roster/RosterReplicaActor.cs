using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The roster as this node follows it: shows it to the node's actors, and takes to the singleton what the
/// node's actors want in the next epoch (draw requests, heads of chains, bans, standings), until an epoch has it.
/// </summary>
public sealed partial class RosterReplicaActor : ReceiveActor, IWithTimers
{
    /// <summary>How often it asks for what no later message would show to be missing, and sends again what was not drawn.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A request that was sent so often and not seen drawn was drawn in an epoch that this replica has jumped over: its job
    /// has the bundles drawn again.
    /// </summary>
    private const int MostAsked = 8;

    /// <summary>Requests of one message: 48 bytes each.</summary>
    private const int RequestsPerMessage = 512;

    /// <summary>Heads that move within so long go in one message.</summary>
    private static readonly TimeSpan SendHeadsAfter = TimeSpan.FromMilliseconds(20);

    private readonly RosterNode _node;
    private readonly IActorRef _singleton;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly RosterReplicaState _state = new();
    private readonly Dictionary<DrawRequest, Waiting> _waiting = [];
    private readonly UplinkQueue _uplink;
    private readonly NodeWitness _witness;
    private readonly Covering _covering = new();
    private readonly ForkWatch _forks = new();
    private readonly Hash256 _rules;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _asked;

    public RosterReplicaActor(RosterNode node, IActorRef singleton)
    {
        (_node, _singleton) = (node, singleton);
        (_uplink, _witness, _rules) =
            (new UplinkQueue(singleton, Self, id => _state.Find(id)), new NodeWitness(node.NodeKey), node.Options.Rules.Hash);
        Receive<PartSent>(OnPart);
        Receive<RosterSent>(OnSent);
        Receive<Enter>(OnEnter);
        Receive<Recall>(OnRecall);
        Receive<HeadMoved>(OnHeadMoved);
        Receive<Cover>(OnCover);
        Receive<SendHeads>(_ => _uplink.Send());
        Receive<Ban>(_uplink.Add);
        Receive<Rest>(rest => _singleton.Tell(rest));
        Receive<SetStandings>(_uplink.Add);
        Receive<HeadsCovered>(covered => OnCovered(covered.Heads));
        Receive<Banned>(banned => { _uplink.Covered(banned); });
        Receive<StandingsSet>(set => { _uplink.Covered(set); });
        Receive<Freeze>(OnFreeze);
        Receive<SignRecord>(OnSignRecord);
        Receive<GetHead>(_singleton.Forward);
        Receive<GetRosterInfo>(_ => Sender.Tell(Info()));
        Receive<Ask>(_ => OnAsk());
        Receive<Terminated>(gone => Forget(gone.ActorRef));
        Receive<ClusterEvent.MemberUp>(up => node.Neighbours.OnUp(up.Member.Address.ToString()));
        Receive<ClusterEvent.MemberLeft>(leaves => node.Neighbours.OnLeaving(leaves.Member.Address.ToString()));
        Receive<ClusterEvent.MemberRemoved>(removed => node.Neighbours.OnLost(removed.Member.Address.ToString()));
        // Until it is decided whether it is gone, others have its leases; if it comes back, it may be lent to again.
        Receive<ClusterEvent.UnreachableMember>(lost => node.Neighbours.OnLost(lost.Member.Address.ToString()));
        Receive<ClusterEvent.ReachableMember>(back => OnReachable(back.Member));
        ReceiveAny(message => node.Durability.Unknown.Refuse(message, Sender));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>From a job of this node: have this drawn by the next epoch.</summary>
    /// <param name="Opening">The entry that opened the chain of its pages: no record has those without it.</param>
    /// <param name="Pages">The head of the chain that has its pages, which is durable: a page that no record has before its draw earns
    /// nothing.</param>
    internal sealed record Enter(DrawRequest Request, ChainHead Opening, ChainHead Pages);

    /// <summary>From a job that came back: the roster of a draw that it knows of. Nothing is drawn by it.</summary>
    internal sealed record Recall(DrawRequest Request, Epoch Epoch);

    /// <summary>To a job: the draw of these bundles, the epoch that included them, and its roster.</summary>
    internal sealed record Drawn(DrawRequest Request, EpochRoster Roster);

    /// <summary>To a job: nobody here knows the epoch that drew these bundles. They are requested again.</summary>
    internal sealed record Undrawn(DrawRequest Request);

    /// <summary>From a chain of this node: its newest entry is durable, the next record is to cover it.</summary>
    internal sealed record HeadMoved(ChainHead Head);

    /// <summary>
    /// From a job of this node: tell it when a record covers this entry, which is durable. What is asked twice is told once.
    /// </summary>
    internal sealed record Cover(ChainHead Head);

    /// <summary>To a job: a record covers a chain up to here.</summary>
    internal sealed record HeadCovered(ChainHead Head);

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.MemberLeft), typeof(ClusterEvent.MemberRemoved),
            typeof(ClusterEvent.IReachabilityEvent));
        Timers.StartPeriodicTimer(nameof(Ask), Ask.Instance, TimeSpan.Zero, AskEvery);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void OnReachable(Akka.Cluster.Member back)
    {
        if (back.Status == MemberStatus.Up)
            _node.Neighbours.OnUp(back.Address.ToString());
    }

    private void OnPart(PartSent message)
    {
        _node.Health.OnHeard();
        var reply = _state.Apply(message.Part);
        switch (reply.Verdict)
        {
            case ReplicaVerdict.Applied:
                OnApplied(reply.Applied);
                break;
            case ReplicaVerdict.Gap:
                AskOnce(reply.Since);
                break;
            case ReplicaVerdict.Diverged:
                _log.Warning("The roster's replica asks for a snapshot: {0}", reply.Why);
                AskOnce(reply.Since);
                break;
            case ReplicaVerdict.Malformed:
                _log.Warning("A part of the roster was refused: {0}", reply.Why);
                break;
        }
        LookForForks(message.Part.Record); // of a snapshot, it is now known where it stands and whose keys they are
    }

    private void OnSent(RosterSent sent)
    {
        _node.Health.OnHeard();
        if (sent.Epoch <= _state.Epoch)
            _node.Rosters.Follow();
    }

    // Each of the parts that come after a gap shows the same gap: one question is enough, until the next tick. The tick's own is not that
    // one: it may have been asked before there was anything to send.
    private void AskOnce(Epoch since)
    {
        if (_asked)
            return;
        _asked = true;
        _singleton.Tell(new GetRoster(since));
    }

    private void OnApplied(IReadOnlyList<RosterDelta> deltas)
    {
        _asked = false;
        _node.Health.OnEpoch();
        foreach (var change in deltas.SelectMany(delta => delta.Standings).Where(change => change.Standing == Standing.Banned))
            _node.Rosters.Ban(change.NodeId);
        _node.Rosters.Show(_state.Shown, deltas.Select(delta => delta.Record), _state.Nodes.Present);
        _node.Rosters.Current = _state.Current;
        _node.Metrics.Tap.OnEpochs(deltas.Count, _state.Current, _state.Record?.RosterRoot ?? default);
        CheckRules();
        OnHeldFreeze();
        foreach (var delta in deltas)
        {
            OnCovered(delta.Heads);
            foreach (var request in delta.Entered)
            {
                if (_waiting.Remove(request, out var waiting) && _state.At(delta.Record.Number) is { } roster)
                    waiting.Job.Tell(new Drawn(request, roster));
            }
        }
    }

    private void OnEnter(Enter enter)
    {
        if (_state.DrawnIn(enter.Request) is { } epoch && _state.At(epoch) is { } roster)
        {
            Sender.Tell(new Drawn(enter.Request, roster));
            return;
        }
        _waiting[enter.Request] = new Waiting(Sender);
        Context.Watch(Sender);
        _uplink.Add(enter.Opening);
        _uplink.Add(enter.Pages);
        _uplink.Send(); // before the request
        _singleton.Tell(new EnterRequests([enter.Request]));
    }

    private void OnRecall(Recall recall) => Sender.Tell(_state.At(recall.Epoch) is { } roster
        ? new Drawn(recall.Request, roster)
        : new Undrawn(recall.Request));

    private void OnAsk()
    {
        _asked = false;
        // A singleton of a version before RosterSent, as in an upgrade, says nothing of it: what came since the last question is all.
        if (_state.Epoch != Epoch.None)
            _node.Rosters.Follow();
        _singleton.Tell(new GetRoster(_state.Epoch));
        _node.Health.OnWork(_waiting.Count > 0 || _uplink.HasAny);
        foreach (var (request, waiting) in _waiting.Where(waiting => ++waiting.Value.Asked > MostAsked).ToArray())
        {
            _waiting.Remove(request);
            waiting.Job.Tell(new Undrawn(request));
        }
        _uplink.SendAgain(); // heads before requests
        foreach (var requests in _waiting.Keys.Chunk(RequestsPerMessage))
            _singleton.Tell(new EnterRequests([.. requests]));
    }

    private void OnCover(Cover cover)
    {
        _covering.Add(cover.Head, Sender);
        Context.Watch(Sender);
        _uplink.Add(cover.Head);
        _uplink.Send();
    }

    private void OnCovered(IReadOnlyCollection<ChainHead> heads)
    {
        _uplink.Covered(heads);
        foreach (var (job, head) in _covering.Take(heads))
            job.Tell(new HeadCovered(head));
    }

    private void OnHeadMoved(HeadMoved moved)
    {
        _uplink.Add(moved.Head);
        if (_uplink.HasUnsent && !Timers.IsTimerActive(nameof(SendHeads)))
            Timers.StartSingleTimer(nameof(SendHeads), SendHeads.Instance, SendHeadsAfter);
    }

    private void Forget(IActorRef job)
    {
        _covering.Forget(job);
        foreach (var request in _waiting.Where(waiting => waiting.Value.Job.Equals(job)).Select(waiting => waiting.Key).ToArray())
            _waiting.Remove(request);
    }

    private RosterInfo Info()
    {
        var roster = _state.Current;
        return new RosterInfo(roster.Epoch, roster.Beacon, roster.Members.Length, roster.TotalSlots,
            [.. roster.Members.Take(RosterInfo.MaxMembers).Select(member => member.Id)], _node.Options.Rules.AdmissionBits);
    }

    private sealed class Waiting(IActorRef job)
    {
        public IActorRef Job => job;

        public int Asked { get; set; }
    }

    private sealed class SendHeads
    {
        public static readonly SendHeads Instance = new();
    }

    private sealed class Ask
    {
        public static readonly Ask Instance = new();
    }
}
