using Akka.Actor;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Ground;
using static AkkaCompute.Actors.Workers.GuestProtocol;

namespace AkkaCompute.Actors.Workers;

/// <summary>Sessions of c-nodes whose keys are elsewhere: they come and go by message.</summary>
public sealed partial class WorkersActor
{
    /// <summary>A c-node that comes back finds its session, if that is the same still; another one is given up.</summary>
    private void OnJoin(Join join)
    {
        if (Refusal(join) is { } why)
        {
            Sender.Tell(new JoinRefused(join.Worker, why));
            return;
        }
        if (_sessions.TryGetValue(join.Worker, out var known))
        {
            if (known.Guest is { } before
                && (before.Key, before.Declared) == (join.Key, join.Declared)
                && known.Capabilities.Equals(join.Capabilities))
            {
                Sender.Tell(new Joined(known.Actor, IsNew: false));
                return;
            }
            Drop(join.Worker, known, "Its c-node has come back with another key, or other capabilities.");
        }
        var (worker, node, hand, pen) = (join.Worker, _node, join.Hand, join.Pen);
        var session = Context.ActorOf(Props.Create(() => new SessionActor(worker, node, hand, pen)), $"{worker}-{++_guests}");
        _sessions.Add(worker, new Session(session, join.Capabilities, Standing.Newcomer, join));
        Sender.Tell(new Joined(session, IsNew: true));
    }

    private string? Refusal(Join join) =>
        _node.Drain.IsOn ? "This node is about to leave."
        : _sessions.TryGetValue(join.Worker, out var known) ? known.Guest is null ? "It is a c-node of this node." : null
        : _sessions.Count >= MostSessions ? $"This node has {MostSessions} sessions, its most."
        : null;

    private void OnLeave(Leave leave)
    {
        if (leave.Grace > TimeSpan.Zero)
            Timers.StartSingleTimer(leave.Session, new Dropped(leave.Session, leave.Why), leave.Grace);
        else
            OnDropped(new Dropped(leave.Session, leave.Why));
    }

    private void OnDropped(Dropped dropped)
    {
        foreach (var (worker, session) in _sessions)
        {
            if (!session.Actor.Equals(dropped.Session) || session.Guest is null)
                continue;
            Drop(worker, session, dropped.Why);
            return;
        }
    }

    private void Drop(NodeId worker, Session session, string why)
    {
        Timers.Cancel(session.Actor);
        session.Actor.Tell(new SessionActor.Gone(why));
        _sessions.Remove(worker);
        _changed |= _open.Remove(worker);
    }

    /// <summary>The grace of a session whose c-node was lost is over, unless it has come back since.</summary>
    private sealed record Dropped(IActorRef Session, string Why);
}
