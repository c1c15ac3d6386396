using System.Text.Json.Nodes;
using Akka.Actor;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>actor</c>: the actors of this node.</summary>
internal sealed class ActorPalette(NodeContext node)
{
    /// <summary>Actors of one answer; a large node has many more.</summary>
    private const int MaxActors = 10_000;

    private const int MaxDepth = 100;

    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)node.System;

    public PbmPalette Create() => new("actor", "The actors of this node.",
    [
        new PbmCommand("hierarchy", "The paths of all actors, parents before children.", (given, _) => PbmLine.AllAsync(Hierarchy(given)))
        {
            Switches =
            [
                new PbmSwitch('d', "depth", "DEPTH", $"How many levels below the start, 0 to {MaxDepth}; by default all."),
                new PbmSwitch('s', "start", "PATH", "Where to start, such as /user/compute; by default at the root."),
            ],
        },
        new PbmCommand("system", "The name of the actor system.", (_, _) => PbmLine.AllAsync(
            [new PbmLine($"akka://{_system.Name}", new JsonObject { ["system"] = $"akka://{_system.Name}" })])),
    ]);

    private IEnumerable<PbmLine> Hierarchy(PbmArguments given)
    {
        var depth = given.Number('d', 0, MaxDepth, MaxDepth);
        var start = Find(given['s'] ?? "/");
        return Lines(start, depth);
    }

    private static IEnumerable<PbmLine> Lines(IActorRef start, int depth)
    {
        var (open, shown) = (new Stack<(IActorRef Actor, int Depth)>([(start, 0)]), 0);
        while (open.TryPop(out var next))
        {
            if (shown++ == MaxActors)
            {
                yield return new PbmLine($"... and more: {MaxActors} are shown at most.", new JsonObject { ["truncated"] = true });
                yield break;
            }
            var path = next.Actor.Path.ToString();
            yield return new PbmLine(path, new JsonObject { ["path"] = path });
            if (next.Depth >= depth || next.Actor is not ActorRefWithCell parent)
                continue;
            foreach (var child in parent.Children.OrderByDescending(child => child.Path.Name, StringComparer.Ordinal))
                open.Push((child, next.Depth + 1));
        }
    }

    private IActorRef Find(string path)
    {
        var names = path.StartsWith($"akka://{_system.Name}", StringComparison.Ordinal) ? path[$"akka://{_system.Name}".Length..] : path;
        IActorRef actor = _system.Provider.RootGuardian;
        foreach (var name in names.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            actor = (actor as ActorRefWithCell)?.Children.FirstOrDefault(child => child.Path.Name == name)
                ?? throw new PbmException($"-s: there is no actor {path} here.");
        }
        return actor;
    }
}
