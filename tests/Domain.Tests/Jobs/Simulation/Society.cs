using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Reputation.ReputationProtocol;
using static AkkaCompute.Domain.Workers.WorkerProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>Everybody's reputation and durable worker: who receives a job's vouches and answers them.</summary>
internal sealed class Society(Network network, SimulatedJob job)
{
    private readonly Dictionary<NodeId, ReputationState> _reputations = [];
    private readonly Dictionary<NodeId, WorkerState> _workers = [];

    public ReputationState Reputation(NodeId id) => _reputations.GetValueOrDefault(id, ReputationState.Empty(id));

    /// <summary>Keeps the boss's vouch about a worker.</summary>
    public void Record(Vouch vouch)
    {
        var worker = vouch.About;
        switch (Keep(vouch))
        {
            case Recorded recorded:
                network.Send(() => job.Deliveries(deliveries => deliveries.Recorded(worker, recorded.Number)));
                break;
            case Gap gap:
                network.Send(() => job.Deliveries(deliveries => deliveries.Gap(worker, gap.Expected)));
                break;
        }
    }

    /// <summary>The worker takes the settlement, and vouches for the boss in return.</summary>
    public void Settle(Vouch vouch)
    {
        var worker = vouch.About;
        var state = _workers.GetValueOrDefault(worker, WorkerState.Empty(worker));
        var (taken, reply) = state.Process(new Settle(vouch));
        if (taken is not null)
        {
            state = state.Apply(taken);
            var rewarded = state.Process(new RewardsSigned(worker, vouch.Job, vouch.Number, []))!;
            state = state.Apply(rewarded);
            Keep(rewarded.Vouch);
            _workers[worker] = state.Deliver(vouch.Job, vouch.Number);
        }
        switch (reply)
        {
            case Settled settled:
                network.Send(() => job.Deliveries(deliveries => deliveries.Settled(worker, settled.Number)));
                break;
            case SettleGap gap:
                network.Send(() => job.Deliveries(deliveries => deliveries.Gap(worker, gap.Expected)));
                break;
        }
    }

    private IWire Keep(Vouch vouch)
    {
        var state = Reputation(vouch.About);
        var (@event, reply) = state.Process(new ReputationProtocol.Record(vouch));
        if (@event is not null)
            _reputations[vouch.About] = state.Apply(@event);
        return reply;
    }
}
