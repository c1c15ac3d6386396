using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster;
using Akka.Configuration;
using AkkaCompute.Actors.Logs;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Transport;
using AkkaCompute.Actors.Transport.Guard;
using AkkaCompute.Lighthouse;

LighthouseSettings settings;
ClusterTls? tls;
Config own;
try
{
    settings = LighthouseSettings.FromEnvironment(Environment.GetEnvironmentVariable);
    own = settings.Hocon is { } file ? Hocon(file) : Config.Empty;
    tls = settings.Tls is null ? null : ClusterTls.Load(settings.Tls);
}
catch (Exception wrong) when (wrong is FormatException or TlsException)
{
    Console.Error.WriteLine(wrong.Message);
    return 2;
}
switch (args)
{
    case []:
        break;
    case ["--healthcheck"]:
        var (up, answer) = await HealthDoor.AskAsync(settings.Port);
        Console.WriteLine(answer);
        return up ? 0 : 1;
    default:
        Console.Error.WriteLine(
            "A lighthouse is told by environment variables; its only argument is --healthcheck, which asks the one that runs here.");
        return 2;
}

using var conf = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("lighthouse.conf")!);
var config = ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp {
          hostname = "{{settings.Bind?.ToString() ?? settings.HostName}}"
          public-hostname = "{{settings.HostName}}"
          port = {{settings.Port}}
        }
        """)
    .WithFallback(tls is null ? Config.Empty : ClusterTls.Configuration)
    .WithFallback(own)
    .WithFallback(RemotingGuard.Members)
    .WithFallback(ConfigurationFactory.ParseString(conf.ReadToEnd()))
    .WithFallback(TextLogger.Configuration)
    // What it takes from the wire is a list, as a node's.
    .WithFallback(WireSerializer.Configuration);
var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), QuietLog.For(config.GetString("akka.loglevel")).Setup);
var system = ActorSystem.Create(settings.SystemName, ClusterTls.Add(setup, tls));
var cluster = Cluster.Get(system);
if (settings.Seeds.Count == 0)
    cluster.Join(cluster.SelfAddress);
else
    cluster.JoinSeedNodes(settings.Seeds.Select(Address.Parse));

// SIGTERM is how a container is stopped: the lighthouse leaves first.
using var stop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Leave);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Leave);
Console.WriteLine($"lighthouse: {cluster.SelfAddress}");
await using var health = OpenDoor();
await system.WhenTerminated;
tls?.Dispose();
return 0;

void Leave(PosixSignalContext signal)
{
    signal.Cancel = true;
    _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
}

HealthDoor? OpenDoor()
{
    try
    {
        return HealthDoor.Open(cluster, settings.Port);
    }
    catch (Exception wrong) when (wrong is SocketException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(
            $"{HealthDoor.PathOf(settings.Port)}: {wrong.Message}. The lighthouse goes on; --healthcheck will not find it.");
        return null;
    }
}

static Config Hocon(string file)
{
    try
    {
        return ConfigurationFactory.ParseString(File.ReadAllText(file));
    }
    catch (Exception wrong)
    {
        // The parser throws whatever it stumbles on.
        throw new FormatException($"AKKACOMPUTE_HOCON: {file}: {wrong.Message}", wrong);
    }
}
