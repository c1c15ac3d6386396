using Akka.Actor;
using Akka.Event;
using AkkaCompute.Actors.Roster;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>The parts of a job while it has tasks to run. They live in memory only; the actor makes new ones when it comes back.</summary>
internal sealed class JobRun : ILivePart
{
    private readonly JobState _state;
    private readonly JobChainsEnd _end;
    private readonly Dispatch _dispatch;
    private readonly ILivePart[] _parts;

    public JobRun(
        JobState state, JobNode node, JobWriters writers, JobChainsEnd end, string persistenceId, IActorRef self, ILoggingAdapter log)
    {
        (_state, _end) = (state, end);
        _dispatch = new Dispatch(state.Spec!, node.Options.Dispatch, isBanned: node.Rosters.IsBanned);
        Drawing = new JobDrawing(state, node, writers, _dispatch, self);
        Deciding = new JobDeciding(state, node.Options, writers);
        Checking = new JobChecking(state, node, _dispatch, Drawing, Deciding, self, log);
        Loading = new JobLoading(state, node, writers, _dispatch, Checking, Drawing, persistenceId, self);
        Lending = new JobLending(state, node, writers, _dispatch, Drawing, Deciding, self, log);
        // In their order: a bundle goes from one to the next. A new part of the run is a word here.
        _parts = [Loading, Drawing, Checking, Lending, Deciding];
    }

    public JobLoading Loading { get; }

    public JobDrawing Drawing { get; }

    public JobChecking Checking { get; }

    public JobLending Lending { get; }

    public JobDeciding Deciding { get; }

    /// <summary>A roster is there for bundles: they are placed, and it may say of results whether they are checked.</summary>
    public void OnDrawn(RosterReplicaActor.Drawn drawn) => Checking.OnDrawn(Drawing.OnDrawn(drawn), drawn.Roster);

    /// <summary>Bundles that workers have now.</summary>
    public int Leases => _dispatch.InFlight;

    public void Register(JobEvents events)
    {
        foreach (var part in _parts)
            part.Register(events);
    }

    public void Collect(ICollection<IEvent> events)
    {
        if (_end.IsNear)
            return; // what it would decide is in no chain any more
        foreach (var part in _parts)
            part.Collect(events);
    }

    public void Advance()
    {
        foreach (var part in _parts)
            part.Advance();
    }

    public void Tick()
    {
        foreach (var part in _parts)
            part.Tick();
    }

    /// <summary>What the boss does not get back if the job ends now.</summary>
    public Credits Forfeit() => Domain.Jobs.State.Forfeit.Of(
        _state,
        _dispatch.Drawn().Concat(Deciding.Waiting.Select(decision => (decision.Bundle, decision.Verdicts.Count))),
        Deciding.Writing);

    /// <summary>Signed results that no verdict was written on.</summary>
    public IEnumerable<(NodeId Worker, ReadOnlyMemory<byte> Result)> InHand() => _dispatch.InHand()
        .Concat(Deciding.Waiting.SelectMany(decision => decision.Verdicts).Select(verdict => (verdict.Worker, verdict.Result)));
}
