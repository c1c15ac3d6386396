using System.Reflection;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Node.Storage;

namespace AkkaCompute.Node.Export;

/// <summary>An actor system that can read a journal, and is no member of any cluster.</summary>
internal static class JournalSystem
{
    /// <param name="journal">The journal's SQLite file.</param>
    public static ActorSystem Open(string journal)
    {
        var connection = SqliteStorage.Prepare(journal);
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("node.conf")!;
        using var reader = new StreamReader(stream);
        var config = ConfigurationFactory.ParseString("""
                akka { loglevel = WARNING, actor.provider = local }
                akka.persistence.journal.sql.auto-initialize = off
                akka.persistence.snapshot-store.sql.auto-initialize = off
                """)
            .WithFallback(SqliteStorage.Config(connection))
            .WithFallback(ConfigurationFactory.ParseString(reader.ReadToEnd()))
            .WithFallback(WireSerializer.Configuration)
            .WithFallback(SqlPersistence.DefaultConfiguration)
            .WithFallback(ClusterSharding.DefaultConfig()); // its serializer: what it remembers is in the journal too
        return ActorSystem.Create("export", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), SqliteStorage.Setup(connection)));
    }
}
