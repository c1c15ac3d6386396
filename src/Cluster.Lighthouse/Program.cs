using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using AkkaCompute.Lighthouse;

LighthouseSettings settings;
Config own;
try
{
    settings = LighthouseSettings.FromEnvironment(Environment.GetEnvironmentVariable);
    own = settings.Hocon is { } file ? Hocon(file) : Config.Empty;
}
catch (FormatException wrong)
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
        Console.Error.WriteLine("A lighthouse is told by environment variables; its only argument is --healthcheck, which asks the one that runs here.");
        return 2;
}

using var conf = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("lighthouse.conf")!);
var config = ConfigurationFactory.ParseString($$"""
        akka.remote.dot-netty.tcp { hostname = "{{settings.Bind?.ToString() ?? settings.HostName}}", public-hostname = "{{settings.HostName}}", port = {{settings.Port}} }
        """)
    .WithFallback(own)
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
await using var health = OpenDoor();
await system.WhenTerminated;
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
        Console.Error.WriteLine($"{HealthDoor.PathOf(settings.Port)}: {wrong.Message}. The lighthouse goes on; --healthcheck will not find it.");
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
