using System.Globalization;
using Akka.Cluster.Sharding;
using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Actors.Sharding;

/// <summary>
/// Finds the entity of a message and its shard. Ids are SHA-256 values already, so their first bits spread evenly, and nobody
/// can craft many ids for one shard more cheaply than by making them.
/// </summary>
public sealed class MessageExtractor : IMessageExtractor
{
    private readonly int _shards;
    private readonly Func<object, Hash256?> _id;

    private MessageExtractor(int shards, Func<object, Hash256?> id) => (_shards, _id) = (shards, id);

    public static MessageExtractor ByNodeId(int shards) => new(shards, message => (message as IWithNodeId)?.NodeId.Hash);

    public static MessageExtractor ByJobId(int shards) => new(shards, message => (message as IWithJobId)?.JobId.Hash);

    public string? EntityId(object message) => _id(message)?.ToString();

    public object? EntityMessage(object message) => message;

    public string? ShardId(object message) => _id(message) is { } id ? Shard(id) : null;

    public string ShardId(string entityId, object? messageHint = null) => Shard(Hash256.Parse(entityId));

    private string Shard(Hash256 id) => (id.Prefix % (ulong)_shards).ToString(CultureInfo.InvariantCulture);
}
