using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using AkkaCompute.Domain.Draw;

namespace AkkaCompute.Actors.Sharding;

/// <summary>
/// Places shards on cluster nodes by rendezvous hashing: a node that joins takes its share and nothing else moves, the shards
/// of one that leaves spread over all others.
/// </summary>
public sealed class RendezvousAllocation : IActorSystemDependentAllocationStrategy
{
    /// <summary>Shards that move in one round: each is unavailable while it moves.</summary>
    public const int MovesPerRound = 10;

    private Cluster? _cluster;

    public void Start(ActorSystem system) => _cluster = Cluster.Get(system);

    public Task<IActorRef> AllocateShard(
        IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        var regions = Placeable(currentShardAllocations);
        return Task.FromResult(regions.Count == 0 ? requester : regions[Rendezvous.Owner(shardId, regions.Keys)]);
    }

    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
    {
        var regions = Placeable(currentShardAllocations);
        // A shard moves only when every region says that it has heard so: one that is lost would hold it up until the hand-off times out.
        var moves = regions.Count == 0 || regions.Count < currentShardAllocations.Count || !_cluster!.State.Unreachable.IsEmpty
            ? []
            : currentShardAllocations
                .SelectMany(region => region.Value.Select(shard => (Shard: shard, Node: AddressOf(region.Key))))
                .Where(placed => !rebalanceInProgress.Contains(placed.Shard) && Rendezvous.Owner(placed.Shard, regions.Keys) != placed.Node)
                .Select(placed => placed.Shard)
                .Take(Math.Max(0, MovesPerRound - rebalanceInProgress.Count));
        return Task.FromResult<IImmutableSet<string>>(moves.ToImmutableHashSet());
    }

    /// <summary>
    /// Regions on members that may take shards now, by address: none that is joining, leaving or going down. A node that was killed
    /// and is back has two for a while: that of the process before, with its shards, and the living one, with none yet.
    /// </summary>
    private Dictionary<string, IActorRef> Placeable(IImmutableDictionary<IActorRef, IImmutableList<string>> allocations)
    {
        var up = _cluster!.State.Members
            .Where(member => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp)
            .Select(member => member.Address.ToString())
            .ToHashSet();
        return allocations
            .Where(region => up.Contains(AddressOf(region.Key)))
            .GroupBy(region => AddressOf(region.Key), region => (Region: region.Key, Shards: region.Value.Count))
            .ToDictionary(regions => regions.Key, regions => regions.MinBy(region => region.Shards).Region);
    }

    // A local region's path has no host.
    private string AddressOf(IActorRef region) =>
        (region.Path.Address.HasLocalScope ? _cluster!.SelfAddress : region.Path.Address).ToString();
}
