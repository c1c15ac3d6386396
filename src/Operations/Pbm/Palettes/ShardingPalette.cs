using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>cluster-sharding</c>: where the sharded actors are.</summary>
internal sealed class ShardingPalette(NodeContext node)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Cluster _cluster = Cluster.Get(node.System);

    public PbmPalette Create() => new("cluster-sharding", "The sharded actors and where they are.",
    [
        new PbmCommand("regions", "The types of sharded actors on this node.", (_, _) => PbmLine.AllAsync(
            Types().Select(type => new PbmLine(type, new JsonObject { ["type"] = type })))),
        new PbmCommand("region-stats", "Shards and live actors of one type, by node.", Stats)
        {
            Switches = [new PbmSwitch('r', "region", "TYPE", "A type that 'cluster-sharding regions' names.", Required: true)],
        },
    ]);

    private IEnumerable<string> Types() => ClusterSharding.Get(node.System).ShardTypeNames.Order(StringComparer.Ordinal);

    private async IAsyncEnumerable<PbmLine> Stats(PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var type = given['r']!;
        if (!Types().Contains(type, StringComparer.Ordinal))
            throw new PbmException($"-r: there is no region '{type}'. There is: {string.Join(", ", Types())}.");
        var stats = await ClusterSharding.Get(node.System).ShardRegion(type).Ask<ClusterShardingStats>(
            new GetClusterShardingStats(Timeout), Timeout + TimeSpan.FromSeconds(5), cancel);
        var state = _cluster.State;
        var coordinator = Coordinator(state);
        foreach (var (address, region) in stats.Regions.OrderBy(region => region.Key.ToString(), StringComparer.Ordinal))
        {
            var entities = region.Stats.Values.Sum();
            var failed = region.Failed.Count == 0 ? "" : $" | no answer from shards: {region.Failed.Count}";
            var member = state.Members.FirstOrDefault(member => member.Address == address);
            var unreachable = member is not null && state.Unreachable.Contains(member);
            var who = member is null ? $"{address} | [] | removed |  | " : MemberLine.Text(member, unreachable);
            var json = member is null ? new JsonObject { ["address"] = address.ToString() } : MemberLine.Json(member, unreachable);
            json["coordinator"] = address == coordinator;
            json["type"] = type;
            json["shards"] = region.Stats.Count;
            json["entities"] = entities;
            json["failed"] = region.Failed.Count;
            yield return new PbmLine(
                $"{who} {(address == coordinator ? "[coordinator]" : "")}({type}) | shards: {region.Stats.Count} | entities: "
                + $"{entities}{failed}",
                json);
        }
    }

    /// <summary>The coordinator is a singleton: on the oldest member that has the role, until that has left.</summary>
    private static Address? Coordinator(ClusterEvent.CurrentClusterState state) => state.Members
        .Where(member => member.HasRole(ComputeNode.Role)
            && member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Exiting)
        .Aggregate((Member?)null, (oldest, member) => oldest is null || member.IsOlderThan(oldest) ? member : oldest)?.Address;
}
