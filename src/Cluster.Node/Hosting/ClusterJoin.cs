using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Management.Cluster.Bootstrap;
using Akka.Management.Dsl;
using AkkaCompute.Node.Configuration;

namespace AkkaCompute.Node.Hosting;

/// <summary>How a node comes into its cluster: through members that it is told, by discovery, or by founding one.</summary>
internal static class ClusterJoin
{
    /// <summary>Akka.Management's settings, where the cluster is to be discovered.</summary>
    public static Config ConfigOf(NodeSettings settings) =>
        settings.Discover.Count == 0 ? Config.Empty : ConfigurationFactory.ParseString($$"""
        akka.discovery {
          method = addresses
          addresses {
            class = "{{typeof(AddressDiscovery).FullName}}, {{typeof(AddressDiscovery).Assembly.GetName().Name}}"
            names = [{{string.Join(", ", settings.Discover.Select(name => $"\"{name}\""))}}]
          }
        }
        akka.management {
          http {
            hostname = "{{settings.HostName}}"
            port = {{settings.ManagementPort}}
            bind-hostname = "{{BindAddress.Of(settings)}}"
            bind-port = {{settings.ManagementPort}}
          }
          cluster.bootstrap.contact-point-discovery.service-name = "{{settings.SystemName}}"
        }
        """);

    /// <summary>Begins to join; the cluster lets the node in later.</summary>
    public static async Task StartAsync(ActorSystem system, NodeSettings settings)
    {
        var cluster = Cluster.Get(system);
        if (settings.Discover.Count > 0)
        {
            await AkkaManagement.Get(system).Start();
            await ClusterBootstrap.Get(system).Start();
        }
        else if (settings.Seeds.Count > 0)
            cluster.JoinSeedNodes(settings.Seeds.Select(Address.Parse));
        else
            cluster.Join(cluster.SelfAddress);
    }
}
