using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Roster.Closing;
using static AkkaCompute.Domain.Roster.RosterProtocol;

namespace AkkaCompute.Actors.Roster;

/// <summary>
/// The roster's singleton: gathers who is there and what waits to be drawn, closes epochs, and sends each to all replicas
/// when it is durable. Nothing waits, nothing is closed.
/// </summary>
public sealed partial class RosterActor : DurableActor, IWithTimers
{
    private readonly RosterNode _node;
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Hash256 _rules;
    private readonly Announcements _announcements = new();
    private RosterState _state;

    public RosterActor(RosterNode node) : base(node.Durability)
    {
        _node = node;
        _rules = node.Options.Rules.Hash;
        _state = new RosterState(node.Options.Budgets);
        Recover<EpochClosed>(closed => _state.Apply(closed));
        RecoverFrom<RosterMemory>(memory => _state = RosterState.Restore(memory, node.Options.Budgets));
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<Announce>(OnAnnounce);
        Command<EnterRequests>(OnEnter);
        Command<EnterHeads>(OnHeads);
        Command<Ban>(OnBan);
        Command<Rest>(OnRest);
        Command<SetStandings>(OnStandings);
        Command<GetRoster>(OnGetRoster);
        Command<GetHead>(get => Sender.Tell(_state.Show(get.Chain)));
        Command<ClusterEvent.MemberLeft>(left => OnLeaving(left.Member.Address));
        Command<ClusterEvent.MemberRemoved>(removed => Remove(removed.Member.Address.ToString()));
        Command<ClusterEvent.IMemberEvent>(_ => { });
        Command<ClusterEvent.CurrentClusterState>(_ => { });
        Command<Close>(_ => OnClose());
        Command<Revealed>(OnRevealed);
        Command<RecordSigned>(OnSigned);
        Command<AskAgain>(_ => OnAskAgain());
        Command<WaitedEnough>(_ => OnWaitedEnough());
    }

    public override string PersistenceId => RecordLookup.PersistenceId;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _cluster.Subscribe(Self, typeof(ClusterEvent.MemberLeft), typeof(ClusterEvent.MemberRemoved));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <summary>They are few, and show what the roster was.</summary>
    protected override bool KeepsSnapshots => true;

    private void OnRecovered()
    {
        var present = _cluster.State.Members.Where(StaysIn).Select(member => member.Address.ToString()).ToHashSet();
        foreach (var gone in _state.KnownNodes.Where(address => !present.Contains(address)))
            _state.Remove(gone);
        Schedule();
    }

    private void OnAnnounce(Announce part)
    {
        if (Announcements.Refuse(part) is { } wrong)
        {
            Sender.Tell(new AnnouncementRefused(part.Node.Address, part.Revision, wrong));
            return;
        }
        if (_announcements.IsUnknown(part))
        {
            Sender.Tell(new AnnounceAll(part.Node.Address, part.Revision));
            return;
        }
        // A node that is leaving is out of the roster while it can still reveal; it may not know that.
        if (_cluster.State.Members.Any(member => !StaysIn(member) && member.Address.ToString() == part.Node.Address)
            || _announcements.Add(part) is not { } sessions)
        {
            return;
        }
        var reply = _state.Announce(part.Node, sessions);
        Sender.Tell(reply.IsRefusal
            ? new AnnouncementRefused(part.Node.Address, part.Revision, reply.Why ?? reply.Verdict.ToString())
            : new Announced(part.Node.Address, part.Revision, reply.LeftOut));
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
                Log.Error("A draw request was refused: {0}", reply.Why);
        }
        Schedule();
    }

    private void OnGetRoster(GetRoster query)
    {
        Send(Sender, Since(query.Since));
        Sender.Tell(new RosterSent(_state.Epoch));
    }

    private void OnHeads(EnterHeads heads)
    {
        var covered = heads.Heads.Where(head => _state.Enter(head).Verdict == RosterVerdict.AlreadyEntered).ToArray();
        if (covered.Length > 0)
            Sender.Tell(new HeadsCovered([.. covered]));
        Schedule();
    }

    private void OnBan(Ban ban)
    {
        var reply = _state.Ban(ban.NodeId, ban.Proof);
        if (reply.Verdict == RosterVerdict.AlreadyEntered)
            Sender.Tell(new Banned(ban.NodeId));
        else if (reply.Verdict == RosterVerdict.BadRequest)
            Log.Error("The ban of {0} was refused: {1}", ban.NodeId, reply.Why);
        Schedule();
    }

    private void OnRest(Rest rest)
    {
        var reply = _state.Rest(rest.NodeId, rest.Until);
        if (reply.IsRefusal)
            Log.Error("The rest of {0} was refused: {1}", rest.NodeId, reply.Why);
        Schedule();
    }

    private void OnStandings(SetStandings set)
    {
        var reply = _state.SetStandings(set.Period, set.TrustRoot, set.Changes, _node.Options.Rules.PeriodEpochs);
        if (reply.Verdict == RosterVerdict.AlreadyEntered)
            Sender.Tell(new StandingsSet(set.Period, set.First));
        else if (reply.Verdict == RosterVerdict.BadRequest)
            Log.Error("The standings of the period until epoch {0} were refused: {1}", set.Period, reply.Why);
        Schedule();
    }

    /// <summary>A node that says that it leaves is not waited for, and has its reveal in the epoch that takes it out.</summary>
    private void OnLeaving(Address address)
    {
        if (address != _cluster.SelfAddress)
            Remove(address.ToString());
    }

    private void Remove(string address)
    {
        _state.Remove(address);
        _announcements.Forget(address);
        Schedule();
    }

    private static bool StaysIn(Akka.Cluster.Member member) =>
        member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up;

    private IReadOnlyList<RosterPart> Since(Epoch epoch) =>
        _state.DeltasSince(epoch) is { } deltas ? [.. deltas.SelectMany(delta => delta.Split())] : _state.Snapshot()?.Split() ?? [];

    private void Send(ICanTell replica, IReadOnlyList<RosterPart> parts)
    {
        foreach (var part in parts)
            replica.Tell(new PartSent(part), Self);
    }
}
