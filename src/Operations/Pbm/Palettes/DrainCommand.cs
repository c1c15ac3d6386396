using System.Text.Json.Nodes;
using System.Threading.Channels;
using Akka.Cluster;
using Akka.Event;
using AkkaCompute.Actors.Hosting;
using AkkaCompute.Operations.Draining;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>
/// <c>compute drain</c>: empties the node that is asked, then it leaves. Once begun it goes on, whether or not somebody reads
/// what it says.
/// </summary>
internal static class DrainCommand
{
    private const int MostSeconds = 3_600, StandardSeconds = 60;

    public static PbmCommand Create(NodeContext node) => new(
        "drain", "This node takes no new leases, finishes or gives back those it has, hands over its shards and leaves.",
        (given, cancel) => Start(node, TimeSpan.FromSeconds(given.Number('t', 0, MostSeconds, StandardSeconds))).ReadAllAsync(cancel))
    {
        Live = true,
        Switches =
            [new PbmSwitch('t', "timeout", "SECONDS", $"How long leases may go on, 0 to {MostSeconds}; by default {StandardSeconds}.")],
    };

    private static ChannelReader<PbmLine> Start(NodeContext node, TimeSpan bound)
    {
        var lines = Channel.CreateUnbounded<PbmLine>(); // a line a change of some hundred bundles
        _ = RunAsync(node, bound, lines.Writer);
        return lines.Reader;
    }

    private static async Task RunAsync(NodeContext node, TimeSpan bound, ChannelWriter<PbmLine> lines)
    {
        try
        {
            var cluster = Cluster.Get(node.System);
            var self = cluster.SelfAddress.ToString();
            await foreach (var step in NodeDrain.EmptyAsync(node, bound))
            {
                lines.TryWrite(new PbmLine(step.ToString(), new JsonObject
                {
                    ["state"] = "draining", ["inRoster"] = step.InRoster, ["bundles"] = step.Bundles, ["returning"] = step.Returning,
                }));
            }
            lines.TryWrite(Told($"{self} leaves: its shards are handed over.", "leaving", self));
            cluster.Leave(cluster.SelfAddress);
            await node.System.WhenTerminated;
            lines.TryWrite(Told($"{self} has left.", "left", self));
            lines.Complete();
        }
        catch (Exception fault)
        {
            node.System.Log.Error(fault, "The node could not be drained.");
            lines.Complete(fault);
        }
    }

    private static PbmLine Told(string text, string state, string node) => new(text, new JsonObject { ["state"] = state, ["node"] = node });
}
