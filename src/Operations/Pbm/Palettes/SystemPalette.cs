using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>system</c>: the process of this node.</summary>
internal sealed class SystemPalette(NodeContext node)
{
    public PbmPalette Create() => new("system", "The process of this node.",
    [
        new PbmCommand("uptime", "How long the actor system runs.", (_, _) => PbmLine.AllAsync([Uptime()])),
        new PbmCommand("info", "Program, machine and memory.", (_, _) => PbmLine.AllAsync(Info())),
    ]);

    private PbmLine Uptime()
    {
        var uptime = node.System.Uptime;
        return new PbmLine(uptime.ToString(@"d\.hh\:mm\:ss"), new JsonObject { ["uptimeSeconds"] = Math.Round(uptime.TotalSeconds, 3) });
    }

    private static IEnumerable<PbmLine> Info()
    {
        using var process = Process.GetCurrentProcess();
        (string Name, JsonNode Value)[] facts =
        [
            ("version", Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)),
            ("akka", typeof(Akka.Actor.ActorSystem).Assembly.GetName().Version!.ToString(3)),
            ("runtime", RuntimeInformation.FrameworkDescription),
            ("os", RuntimeInformation.OSDescription),
            ("processId", Environment.ProcessId),
            ("cores", Environment.ProcessorCount),
            ("threads", process.Threads.Count),
            ("workingSetBytes", process.WorkingSet64),
            ("heapBytes", GC.GetTotalMemory(forceFullCollection: false)),
        ];
        foreach (var (name, value) in facts)
            yield return new PbmLine($"{name}: {value}");
        yield return new PbmLine(null, new JsonObject(facts.Select(fact => KeyValuePair.Create(fact.Name, (JsonNode?)fact.Value))));
    }
}
