using System.Security.Cryptography;
using Akka.Actor;
using AkkaCompute.Actors.Serialization;
using AkkaCompute.Actors.Tests.Serialization;
using AkkaCompute.Bench.Audit;
using AkkaCompute.Domain.Audit.Report;

namespace AkkaCompute.Bench;

/// <summary>
/// Says what must stay as it is while code moves, a line each with a hash: the bytes of every sample of a message or event, and what an
/// audit says of exports of three seeds. It measures nothing; two commits are compared line by line. scripts/capture adds simulations and
/// the demo.
/// </summary>
internal static class Capture
{
    private const int Seeds = 3, Entries = 20_000, Workers = 25;

    public static async Task RunAsync()
    {
        var lines = new List<string>();
        var system = ActorSystem.Create("capture", "akka.loglevel = ERROR");
        var serializer = new WireSerializer((ExtendedActorSystem)system);
        foreach (var (name, sample) in Samples.All.OrderBy(sample => sample.Key, StringComparer.Ordinal))
            lines.Add($"wire {name} {serializer.Manifest(sample)} {Hash(serializer.ToBinary(sample))}");
        await system.Terminate();
        for (var seed = 1; seed <= Seeds; seed++)
            Export(seed, lines);
        foreach (var line in lines)
            Console.WriteLine(line);
    }

    private static void Export(int seed, List<string> lines)
    {
        using var file = new MemoryStream();
        new PlayedNetwork(Workers, seed).Write(file, Entries);
        var bytes = file.ToArray();
        lines.Add($"export {seed} {bytes.Length} {Hash(bytes)}");
        file.Position = 0;
        var audit = ExportReader.Audit(file, new Auditor(), null, CancellationToken.None);
        var kinds = string.Join(' ', audit.Kinds.Select(kind => $"{kind.Key}={kind.Value}"));
        lines.Add(
            $"audit {seed} {audit.Verdict} findings={audit.FindingCount} trust={audit.TrustRoot} credits={audit.Credits.Paid} {kinds}");
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
