using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Jobs.Protocol;
using AkkaCompute.Domain.Jobs.State;
using static AkkaCompute.Domain.Jobs.Protocol.JobProtocol;

namespace AkkaCompute.Domain.Tests.Jobs.Simulation;

/// <summary>Sends a job's outbox until both receivers of every line have acknowledged it.</summary>
internal sealed class SimulatedDeliveries(JobState state, World world)
{
    private const int Burst = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<NodeId, (long Recorded, long Settled)> _acknowledged = [];
    private DateTimeOffset _next;

    public void SendAll()
    {
        if (world.Now < _next)
            return;
        _next = world.Now + _patience;
        foreach (var worker in state.Outbox.Owed)
            Send(worker, Math.Max(state.Outbox.Delivered(worker), Both(worker)) + 1, Burst);
    }

    /// <summary>A receiver misses this number.</summary>
    public void Gap(NodeId worker, long expected) => Send(worker, expected, 1);

    public void Recorded(NodeId worker, long number)
    {
        var track = _acknowledged.GetValueOrDefault(worker);
        _acknowledged[worker] = (Math.Max(track.Recorded, number), track.Settled);
    }

    public void Settled(NodeId worker, long number)
    {
        var track = _acknowledged.GetValueOrDefault(worker);
        _acknowledged[worker] = (track.Recorded, Math.Max(track.Settled, number));
    }

    public Delivered? NextArrived()
    {
        var news = _acknowledged.Keys.Where(worker => Both(worker) > state.Outbox.Delivered(worker))
            .Select(worker => new Delivery(worker, Both(worker))).ToArray();
        return news.Length > 0 ? new Delivered(state.Spec!.Id, news) : null;
    }

    private void Send(NodeId worker, long from, int most)
    {
        foreach (var vouch in state.Outbox.From(worker, from, long.MaxValue, state.Spec!.Boss, state.Spec.Id).Take(most))
            world.Deliver(vouch);
    }

    private long Both(NodeId worker)
    {
        var (recorded, settled) = _acknowledged.GetValueOrDefault(worker);
        return Math.Min(recorded, settled);
    }
}
