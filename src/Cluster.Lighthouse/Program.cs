using System.Reflection;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Lighthouse;

LighthouseSettings settings;
ClusterTls? tls;
try
{
    settings = LighthouseSettings.FromEnvironment(Environment.GetEnvironmentVariable);
    tls = settings.Tls is null ? null : ClusterTls.Load(settings.Tls);
}
catch (Exception wrong) when (wrong is FormatException or TlsException)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

using var conf = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("lighthouse.conf")!);
var config = ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp { hostname = "{{settings.HostName}}", port = {{settings.Port}} }
        """)
    .WithFallback(tls is null ? Config.Empty : ClusterTls.Configuration)
    .WithFallback(ConfigurationFactory.ParseString(conf.ReadToEnd()))
    // What it takes from the wire is a list, as a node's.
    .WithFallback(WireSerializer.Configuration);
var system = ActorSystem.Create(
    settings.SystemName, ClusterTls.Add(ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), tls));
var cluster = Cluster.Get(system);
if (settings.Seeds.Count == 0)
    cluster.Join(cluster.SelfAddress);
else
    cluster.JoinSeedNodes(settings.Seeds.Select(Address.Parse));

// SIGTERM is how a container is stopped: the lighthouse leaves first.
using var stop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
Console.WriteLine($"lighthouse: {cluster.SelfAddress}");
await system.WhenTerminated;
tls?.Dispose();
return 0;

void Leave(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
}
