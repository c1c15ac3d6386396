using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Sharding;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Reputation;

namespace AkkaCompute.Tests.Cluster;

/// <summary>Where shards are, and which ones move.</summary>
public sealed class PlacementTests : IDisposable
{
    private const int Shards = 60;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Trait("Category", "Long")]
    [Fact(Timeout = 300_000)]
    public async Task A_joining_node_takes_its_share_and_no_other_shard_moves()
    {
        await using var first = await StartAsync("a");
        await using var second = await StartAsync("b", first);
        await using var third = await StartAsync("c", first);
        var before = await SettledAsync(first, first, second, third);
        await using (var joiner = await StartAsync("d", first))
        {
            var joined = await SettledAsync(first, first, second, third, joiner);
            var moved = before.Keys.Where(shard => before[shard] != joined[shard]).ToArray();
            Assert.All(moved, shard => Assert.Equal(joiner.Address, joined[shard]));
            // Its share is 15 of 60: with addresses made by chance, within four standard deviations.
            Assert.InRange(moved.Length, 2, 28);
        }
        var left = await SettledAsync(first, first, second, third);
        Assert.Equal(before.OrderBy(shard => shard.Key), left.OrderBy(shard => shard.Key));
    }

    /// <summary>Touches every shard until all are where the hash says, among these nodes.</summary>
    private static async Task<Dictionary<string, string>> SettledAsync(TestNode asked, params TestNode[] nodes)
    {
        var owners = nodes.Select(node => node.Address).ToArray();
        var placed = new Dictionary<string, string>();
        await Wait.EventuallyAsync(async () =>
        {
            foreach (var id in OneOfEachShard())
                asked.Context.Reputation.Tell(new ReputationProtocol.GetReputation(id), ActorRefs.NoSender);
            var stats = await asked.Context.Reputation.Ask<ClusterShardingStats>(
                new GetClusterShardingStats(TimeSpan.FromSeconds(5)), TimeSpan.FromSeconds(10), Cancel);
            placed = stats.Regions
                .SelectMany(region => region.Value.Stats.Keys.Select(shard => (shard, node: region.Key.ToString())))
                .DistinctBy(place => place.shard)
                .ToDictionary(place => place.shard, place => place.node);
            return placed.Count == Shards && placed.All(place => Domain.Draw.Rendezvous.Owner(place.Key, owners) == place.Value);
        }, $"all {Shards} shards are where they belong among {owners.Length} nodes");
        return placed;
    }

    private static IEnumerable<NodeId> OneOfEachShard() => Enumerable.Range(0, 2_000)
        .Select(i => new NodeId(Hash256.Of(Jobs.Text(i.ToString(CultureInfo.InvariantCulture)).Span)))
        .DistinctBy(id => id.Hash.Prefix % Shards);

    private Task<TestNode> StartAsync(string name, TestNode? seed = null) => TestNode.StartAsync(
        _directory[name],
        settings => settings with { Workers = 1, Slots = 1, Journal = _directory["journal.db"], Seeds = seed is null ? [] : [seed.Address] },
        configure: options => options with { Shards = Shards });
}
