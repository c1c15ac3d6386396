using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Work;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>
/// A c-node at work: takes leases, has them executed by its hand, signed by its pen, and sends the results back to the job. It keeps
/// nothing: what is lost with it, others do again.
/// </summary>
public sealed class SessionActor : ReceiveActor, IWithTimers, ISessionRef
{
    private static readonly TimeSpan _tickEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _attachEvery = TimeSpan.FromMinutes(1);

    private readonly NodeId _worker;
    private readonly WorkerNode _node;
    private readonly IHand _hand;
    private readonly IPen _pen;
    private readonly Leases _leases = new();
    private readonly List<BundleEnd> _unsigned = [];
    private readonly IActorRef _parent;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <param name="worker">The c-node that this session works as.</param>
    /// <param name="hand">Makes what runs its bundles.</param>
    /// <param name="pen">Makes what signs for it.</param>
    public SessionActor(NodeId worker, WorkerNode node, Func<IHand> hand, Func<IPen> pen)
    {
        (_worker, _node, _hand, _pen, Actor, _parent) = (worker, node, hand(), pen(), Self, Context.Parent);
        Receive<Assign>(OnAssign);
        Receive<BundleEnd>(OnEnd);
        Receive<Release>(release => _leases.Release(release.JobId));
        Receive<ReturnAll>(_ => _leases.ReleaseAll());
        Receive<Gone>(OnGone);
        Receive<Unjudged>(_pen.Unpaid);
        Receive<SignRewards>(ask => _pen.Reward(ask.Settlement, Sender));
        Receive<Tick>(_ => OnTick());
        Receive<Attach>(attach => _node.Worker.Tell(attach, Self));
        ReceiveAny(message =>
        {
            if (!_pen.Receive(message, Sender) && !_hand.Receive(message))
                node.Unknown.Refuse(message, Sender);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IActorRef Actor { get; }

    /// <summary>To the parent: the c-node can be drawn, by a declaration of this epoch, and signs with this key.</summary>
    internal sealed record Opened(NodeId Worker, Epoch Declared, PublicKey Key);

    /// <summary>To the parent: the c-node can't work, not before it is <see cref="Opened"/> again.</summary>
    internal sealed record Closed(NodeId Worker, string Why);

    /// <summary>The node leaves: what runs is given back unfinished.</summary>
    internal sealed record ReturnAll;

    /// <summary>The c-node has gone away: its jobs are told at once, and the session ends.</summary>
    internal sealed record Gone(string Why);

    public void Tell(object message) => Actor.Tell(message, Actor);

    void ISessionRef.Opened(Epoch declared, PublicKey key)
    {
        _parent.Tell(new Opened(_worker, declared, key), Self);
        _node.Worker.Tell(new Attach(_worker), Self);
        Timers.StartPeriodicTimer(nameof(Attach), new Attach(_worker), _attachEvery);
        SignHeld();
    }

    void ISessionRef.Closed(string why, bool forGood)
    {
        if (forGood)
        {
            Timers.Cancel(nameof(Attach));
            _log.Error("Worker {0} can't work: {1}", _worker, why);
        }
        _parent.Tell(new Closed(_worker, why), Self);
        SignHeld();
    }

    void ISessionRef.ReleaseAll() => _leases.ReleaseAll();

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, _tickEvery);
        _hand.Start(this);
        _pen.Start(this);
    }

    protected override void PostStop()
    {
        _leases.ReleaseAll();
        _pen.Dispose();
        _hand.Dispose();
    }

    private void OnAssign(Assign assign)
    {
        if (_pen.Refusal(assign) is { } why)
            Sender.Tell(DeclineOf(assign, why, null));
        else if (_leases.Hold(assign, Sender) is { } lease)
            _hand.Run(lease, _pen.SaltOf(assign));
    }

    private void OnTick()
    {
        _pen.OnTick();
        _hand.OnTick();
    }

    private void OnGone(Gone gone)
    {
        foreach (var lease in _leases.Held)
        {
            var assign = lease.Assign;
            lease.Asker.Tell(new JobProtocol.Decline(assign.JobId, assign.Bundle, assign.Attempt, _worker, gone.Why, default)
            {
                Gone = _hand.GoneOf(lease),
            });
        }
        Context.Stop(Self);
    }

    private void OnEnd(BundleEnd end)
    {
        if (!_pen.IsSettled)
        {
            _unsigned.Add(end);
            return;
        }
        var assign = end.Lease.Assign;
        if (_pen.Commit(end) is { } commitment)
            Send(assign, end, commitment);
        else
            Decline(assign, end);
        _leases.Drop(end.Lease);
        _hand.OnAnswered(end);
    }

    /// <summary>Sends the results in as many parts as they need, the last with the worker's signature.</summary>
    private void Send(Assign assign, BundleEnd end, Commitment commitment)
    {
        var parts = ResultParts.Cut(end.Results);
        for (var part = 0; part < parts.Count; part++)
        {
            end.Lease.Asker.Tell(new BundleResult(
                assign.JobId, assign.Bundle, assign.Attempt, _worker, part, parts.Count, parts[part],
                part == parts.Count - 1 ? commitment : null));
        }
    }

    private void SignHeld()
    {
        if (!_pen.IsSettled)
            return;
        var held = _unsigned.ToArray();
        _unsigned.Clear();
        foreach (var end in held)
            OnEnd(end);
    }

    private void Decline(Assign assign, BundleEnd end)
    {
        var why = end.Why ?? _pen.Refusal(assign) ?? "It is not signed.";
        if (end.IsFault && _leases.IsFirstFault(assign.JobId)) // a broken machine fails at every bundle: once a job says it
            _log.Error("Worker {0} could not execute bundle {1} of job {2}: {3}", _worker, assign.Bundle, assign.JobId, why);
        end.Lease.Asker.Tell(DeclineOf(assign, why, end));
    }

    private JobProtocol.Decline DeclineOf(Assign assign, string why, BundleEnd? end) =>
        new(assign.JobId, assign.Bundle, assign.Attempt, _worker, why, _pen.Decline(assign, end));

    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }
}
