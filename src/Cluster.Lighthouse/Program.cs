using System.Reflection;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using AkkaCompute.Lighthouse;

LighthouseSettings settings;
try
{
    settings = LighthouseSettings.FromEnvironment(Environment.GetEnvironmentVariable);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}

using var conf = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("lighthouse.conf")!);
var config = ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp { hostname = "{{settings.HostName}}", port = {{settings.Port}} }
        """)
    .WithFallback(ConfigurationFactory.ParseString(conf.ReadToEnd()));
var system = ActorSystem.Create(settings.SystemName, config);
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
return 0;

void Leave(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
}
