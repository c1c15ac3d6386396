using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Bench.Support;

namespace AkkaCompute.Bench.Growth;

/// <summary>What each part of the system costs at sizes up to a million: the figures of docs/scale.md.</summary>
internal static class GrowthBench
{
    /// <summary>What the setting of a node's workers allows.</summary>
    private const int MostOfNode = 10_000;

    private static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    public static async Task RunAsync(BenchArguments arguments, Report report)
    {
        var sizes = arguments.Workers ?? Sizes;
        var ofNode = arguments.Workers?.Where(count => count <= MostOfNode).ToArray();
        var rounds = arguments.Rounds ?? 5;
        using var system = ActorSystem.Create("bench", "akka.loglevel = WARNING");
        var wire = new WireSerializer((ExtendedActorSystem)system);
        (string Name, Func<Task> Run)[] parts =
        [
            ("sessions", () => SessionGrowth.RunAsync(ofNode, rounds, report)),
            ("journal", () => JournalGrowth.RunAsync(report)),
            ("merkle", () => Now(() => MerkleGrowth.Run(sizes, rounds, report))),
            ("epoch", () => Now(() => EpochGrowth.Run(sizes, rounds, wire, report))),
            ("announce", () => Now(() => AnnounceGrowth.Run(ofNode, rounds, wire, report))),
            ("record", () => Now(() => RecordGrowth.Run(rounds, wire, report))),
        ];
        if (arguments.Part is { } wanted && parts.All(part => part.Name != wanted))
            throw new ArgumentException($"--part {wanted}: there are {string.Join(", ", parts.Select(part => part.Name))}.");
        foreach (var part in parts.Where(part => arguments.Part is null || part.Name == arguments.Part))
            await part.Run();
        await system.Terminate();
    }

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
