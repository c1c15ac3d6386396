using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using AkkaCompute.Actors.Hosting;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary><c>compute blobs</c>: which modules are kept, for whom, and what they take of the room that there is.</summary>
internal static class BlobCommands
{
    private const int MaxBlobs = 10_000, StandardBlobs = 100;

    public static PbmCommand Create(NodeContext node) => new(
        "blobs", "The modules that are kept, the largest first: who put them, and whether an open job needs them.",
        (given, cancel) => List(node, given, cancel))
    {
        Switches = [new PbmSwitch('n', "count", "N", $"How many, 1 to {MaxBlobs}; by default {StandardBlobs}.")],
    };

    private static async IAsyncEnumerable<PbmLine> List(
        NodeContext node, PbmArguments given, [EnumeratorCancellation] CancellationToken cancel)
    {
        var usage = await node.Options.Blobs.UsageAsync(given.Number('n', 1, MaxBlobs, StandardBlobs), cancel);
        foreach (var blob in usage.Blobs)
        {
            var used = blob.UsedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            yield return new PbmLine(
                $"{blob.Hash} | {blob.Size} bytes | open jobs: {blob.OpenJobs} of {blob.Jobs} | used: {used} | boss: "
                + $"{blob.Boss?.ToString() ?? "none"}",
                new JsonObject
                {
                    ["hash"] = blob.Hash.ToString(), ["bytes"] = blob.Size, ["openJobs"] = blob.OpenJobs, ["jobs"] = blob.Jobs,
                    ["usedAt"] = blob.UsedAt.ToUnixTimeSeconds(), ["boss"] = blob.Boss?.ToString(),
                });
        }
        var shown = usage.Count > usage.Blobs.Count ? $", {usage.Blobs.Count} shown" : "";
        yield return new PbmLine(
            $"Count: {usage.Count} blobs{shown}, {usage.InUse} in use, {usage.Bytes} of {node.Options.BlobQuota.Total} bytes; of a boss "
            + $"at most {node.Options.BlobQuota.PerBoss}");
    }
}
