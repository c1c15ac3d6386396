using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Persistence.Sql;
using Akka.Remote;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Node.Configuration;
using AkkaCompute.Storage;

namespace AkkaCompute.Node.Export;

/// <summary>An actor system that can read a journal, and is no member of any cluster.</summary>
internal static class JournalSystem
{
    /// <summary>Opens an actor system without a log: the reader tells what goes wrong.</summary>
    /// <param name="storage">Where the journal is.</param>
    public static ActorSystem Open(NodeStorage storage)
    {
        var config = ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, actor.provider = local }")
            .WithFallback(storage.Config)
            .WithFallback(HoconSettings.BuiltIn)
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(SqlPersistence.DefaultConfiguration)
            .WithFallback(ClusterSharding.DefaultConfig()) // its serializer: what it remembers is in the journal too
            // the numbers of the serializers that ours stand in front of
            .WithFallback(ConfigurationFactory.FromResource<RemoteSettings>("Akka.Remote.Configuration.Remote.conf"));
        return ActorSystem.Create("export", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), storage.Setup));
    }
}
