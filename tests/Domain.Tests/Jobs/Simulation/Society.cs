using AkkaCompute.Domain.Identity;
using AkkaCompute.Domain.Vouching;
using AkkaCompute.Domain.Workers;
using static AkkaCompute.Domain.Vouching.ReputationProtocol;
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

    /// <summary>The worker vouches for the boss in return, and says so when that is durable.</summary>
    public void Settle(Vouch vouch)
    {
        var worker = vouch.About;
        var state = _workers.GetValueOrDefault(worker, WorkerState.Empty(worker));
        var (rewarded, reward, gap) = state.Process(new Settle(vouch));
        if (gap is not null)
        {
            network.Send(() => job.Deliveries(deliveries => deliveries.Gap(worker, gap.Expected)));
            return;
        }
        if (rewarded is not null)
            _workers[worker] = state.Apply(rewarded);
        network.Send(() =>
        {
            if (Keep(reward!) is Recorded recorded)
                network.Send(() => job.Deliveries(deliveries => deliveries.Settled(worker, recorded.Number)));
        });
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
