using Akka.Actor;
using Akka.Event;
using AkkaCompute.Domain.Jobs.Dispatching;
using AkkaCompute.Domain.Jobs.Parts;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Actors.Jobs.Live;

/// <summary>Lends a job's bundles to the sessions of their workers, and takes back what ends without a result.</summary>
internal sealed class JobLending(
    JobState state, JobNode node, JobWriters writers, Dispatch dispatch, JobDrawing drawing, JobDeciding deciding, IActorRef self,
    ILoggingAdapter log) : ILivePart
{
    private DateTimeOffset Now => node.Time.GetUtcNow();

    public void Register(JobEvents events) => events.On<PassedOver>(passed =>
    {
        dispatch.OnPassedOver(passed);
        foreach (var rank in passed.Ranks.Where(rank => rank.IsUnanswered()))
            node.Worker.Tell(new RanOut(rank.Worker, passed.JobId, rank.Bundle, node.Rosters.Checkpoint.Epoch), self);
    });

    /// <summary>Ranks that are passed over as soon as this is durable.</summary>
    public void Collect(ICollection<IEvent> events)
    {
        var passing = dispatch.TakePassing();
        if (passing.Count == 0)
            return;
        events.Add(new PassedOver(
            state.Spec!.Id,
            [.. passing.Select(passed => passed.Signed(state.Spec.Id, writers.Signer.Expire, node.Rosters.Current.Speaks))]));
    }

    public void Advance()
    {
        if (deciding.IsFull)
            return;
        var capacity = node.Options.LeasesPerSlot * Math.Max(1, node.Rosters.Current.TotalSlots);
        var leases = dispatch.Lend(Now, capacity, node.Neighbours.IsGone);
        foreach (var (address, assign) in leases)
            node.Neighbours.Sessions(address).Tell(assign, self);
        node.Metrics.OnLeases("lent", leases.Count);
        node.Metrics.Tap.OnLent(leases);
        foreach (var decision in dispatch.GiveUp())
            deciding.Add(decision);
    }

    /// <summary>Takes back the leases that ran out.</summary>
    public void Tick() => node.Metrics.OnLeases("expired", dispatch.Expire(Now));

    public void Receive(BundleResult result)
    {
        if (result.Part + 1 == result.Parts)
        {
            node.Metrics.OnLeases("answered");
            node.Metrics.Tap.OnAnswered(state.Spec!.Id, result.Bundle, result.Attempt, result.Worker, declined: false);
        }
        var refused = dispatch.Refused;
        var decision = dispatch.Receive(result);
        if (dispatch.Refused > refused)
            OnRefused(result);
        if (decision is null)
            return;
        drawing.OnResult();
        deciding.OnResult(result.Results);
        deciding.Add(decision);
    }

    public void Decline(Decline decline)
    {
        node.Metrics.OnLeases("declined");
        node.Metrics.Tap.OnAnswered(state.Spec!.Id, decline.Bundle, decline.Attempt, decline.Worker, declined: true);
        dispatch.Decline(decline);
    }

    public void Taken(Taken taken) => dispatch.Taken(taken);

    public void Prepare(Preparing preparing) => dispatch.Prepare(preparing, Now);

    public void NodeLeft(string address) => node.Metrics.OnLeases("lost", dispatch.NodeLeft(address));

    /// <summary>Nothing is wanted any more: the sessions drop what they have of this job.</summary>
    public void Release()
    {
        foreach (var (address, worker) in dispatch.Holders())
            node.Neighbours.Sessions(address).Tell(new Release(state.Spec!.Id, worker), self);
        dispatch.Clear();
    }

    private void OnRefused(BundleResult result)
    {
        node.Metrics.OnRefusedResult();
        if (dispatch.Refused == 1) // once a job says it; the counter knows how often
            log.Warning(
                "A result of {0} for bundle {1} of job {2} was refused: {3}", result.Worker, result.Bundle, state.Spec!.Id,
                dispatch.LastRefusal);
    }
}
