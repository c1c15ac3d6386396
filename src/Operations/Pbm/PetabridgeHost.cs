#if PETABRIDGE_CMD
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Petabridge.Cmd.Cluster;
using Petabridge.Cmd.Cluster.Sharding;
using Petabridge.Cmd.Host;
using Petabridge.Cmd.Remote;

namespace AkkaCompute.Operations.Pbm;

/// <summary>
/// Petabridge.Cmd in place of our own port, where the program was built with -p:PetabridgeCmd=true. Written from its public
/// documentation: its packages were not there where this was written, so this was never compiled.
/// </summary>
internal static class PetabridgeHost
{
    public static void Start(ActorSystem system, IPEndPoint address)
    {
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.ParseString(
            $$"""petabridge.cmd { host = "{{address.Address}}", port = {{address.Port}} }"""));
        var cmd = PetabridgeCmd.Get(system);
        cmd.RegisterCommandPalette(ClusterCommands.Instance);
        cmd.RegisterCommandPalette(ClusterShardingCommands.Instance);
        cmd.RegisterCommandPalette(new RemoteCommands());
        cmd.Start();
    }
}
#endif
