using Akka.Actor;
using Akka.Persistence;
using AkkaCompute.Actors.Durable;
using AkkaCompute.Actors.Node;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Roster;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// The durable side of a worker. It takes settlements, has its session sign the rewards for them, and brings its vouches to the
/// bosses' reputations; what was taken survives any crash, and waits where the session is away.
/// </summary>
public sealed class WorkerActor : DurableActor, IWithTimers
{
    private static readonly TimeSpan ResendEvery = TimeSpan.FromSeconds(5);

    /// <summary>Settlements that the session is asked for at once, and vouches that are on their way: the answers bring the next.</summary>
    private const int Burst = 64;

    private const int EventsPerSnapshot = 512;

    private readonly NodeId _id;
    private readonly RosterView _rosters;
    private readonly Neighbours _neighbours;
    private readonly IActorRef _reputation, _replica;
    private WorkerState _state;
    private WorkerState _ahead;

    /// <param name="rosters">Where the worker's session is.</param>
    /// <param name="neighbours">How it is reached.</param>
    /// <param name="reputation">Takes vouches about bosses.</param>
    /// <param name="replica">Takes to the roster that the worker rests.</param>
    public WorkerActor(NodeId id, Durability durability, RosterView rosters, Neighbours neighbours, IActorRef reputation, IActorRef replica)
        : base(durability)
    {
        (_id, _rosters, _neighbours, _reputation, _replica) = (id, rosters, neighbours, reputation, replica);
        _state = _ahead = WorkerState.Empty(id);
        RecoverFrom<WorkerSnapshot>(snapshot => _state = WorkerState.Restore(snapshot));
        Recover<SettlementTaken>(taken => _state = _state.Apply(taken));
        Recover<Missed>(missed => _state = _state.Apply(missed));
        Recover<Rewarded>(rewarded => _state = _state.Apply(rewarded));
        Recover<RecoveryCompleted>(_ => OnRecovered());
        Command<Settle>(OnSettle);
        Command<RanOut>(OnRanOut);
        Command<Attach>(_ => OnResend());
        Command<RewardsSigned>(OnSigned);
        Command<Recorded>(OnRecorded);
        Command<Gap>(gap => Deliver(_state.From(gap.JobId, gap.Expected)));
        Command<Resend>(_ => OnResend());
    }

    public override string PersistenceId => $"worker-{_id}";

    public ITimerScheduler Timers { get; set; } = null!;

    private void OnRecovered()
    {
        _ahead = _state;
        Timers.StartPeriodicTimer(nameof(Resend), Resend.Instance, ResendEvery);
        Deliver(_state.Undelivered);
    }

    private void OnSettle(Settle command)
    {
        var sender = Sender;
        var (taken, reply) = _ahead.Process(command);
        if (taken is null)
        {
            WhenWritten(() => sender.Tell(reply));
            return;
        }
        _ahead = _ahead.Apply(taken);
        PersistAhead(taken, durable =>
        {
            _state = _state.Apply(durable);
            sender.Tell(reply);
            Ask([durable.Vouch]);
            Remember();
        });
    }

    private void OnRanOut(RanOut ranOut)
    {
        var missed = new Missed(_id, ranOut.Epoch);
        _ahead = _ahead.Apply(missed);
        PersistAhead(missed, durable =>
        {
            _state = _state.Apply(durable);
            TellRest();
            Remember();
        });
    }

    /// <summary>Tells the roster that this worker rests, again and again while it does: a roster that has moved has forgotten it.</summary>
    private void TellRest()
    {
        if (_state.Rest.Until > _rosters.Checkpoint.Epoch && _rosters.Current.Speaks >= 1)
            _replica.Tell(new RosterProtocol.Rest(_id, _state.Rest.Until));
    }

    /// <summary>Takes the first of several answers to one question. An answer that comes before its turn is asked for again.</summary>
    private void OnSigned(RewardsSigned signed)
    {
        if (_ahead.Process(signed) is not { } rewarded)
            return;
        _ahead = _ahead.Apply(rewarded);
        PersistAhead(rewarded, durable =>
        {
            _state = _state.Apply(durable);
            Deliver([durable.Vouch]);
            Remember();
        });
    }

    private void OnRecorded(Recorded recorded)
    {
        _state = _state.Deliver(recorded.JobId, recorded.Number);
        _ahead = _ahead.Deliver(recorded.JobId, recorded.Number);
    }

    private void OnResend()
    {
        TellRest();
        Ask(_state.Unanswered.Take(Burst));
        Deliver(_state.Undelivered.Take(Burst));
    }

    /// <summary>The session is where the roster says; where it is nowhere, it is asked later.</summary>
    private void Ask(IEnumerable<Vouch> settlements)
    {
        if (_rosters.Current.Find(_id) is not { } member)
            return;
        var sessions = _neighbours.Sessions(member.NodeAddress);
        foreach (var settlement in settlements)
            sessions.Tell(new SignRewards(settlement), Self);
    }

    private void Deliver(IEnumerable<Vouch> vouches)
    {
        foreach (var vouch in vouches.Take(Burst))
            _reputation.Tell(new Record(vouch) { After = _state.Delivered(vouch.Job) }, Self);
    }

    private void Remember() => SaveSnapshotAfter(Math.Max(EventsPerSnapshot, 2 * _state.Jobs.Count), _state.Remember);

    private sealed class Resend
    {
        public static readonly Resend Instance = new();
    }
}
