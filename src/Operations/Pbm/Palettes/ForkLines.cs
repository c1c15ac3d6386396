using System.Text;
using System.Text.Json.Nodes;
using AkkaCompute.Domain.Audit.File;
using AkkaCompute.Domain.Audit.Lines;
using AkkaCompute.Domain.Epochs;

namespace AkkaCompute.Operations.Pbm.Palettes;

/// <summary>
/// Proofs of forks as lines: two for each key, with the record as a line of an export has it, so that anybody can verify it.
/// </summary>
internal static class ForkLines
{
    public static IEnumerable<PbmLine> Of(IReadOnlyList<RecordFork> forks) =>
        forks.SelectMany(fork => new[] { One(fork, fork.First), One(fork, fork.Second) }).Append(new PbmLine($"Count: {forks.Count} keys"));

    private static PbmLine One(RecordFork fork, EpochRecord record)
    {
        var line = Encoding.UTF8.GetString(ExportText.Write(new EpochLine(record)).Span);
        return new PbmLine(
            $"{fork.Key} | epoch: {record.Number} | record: {record.Hash} | {line}",
            new JsonObject
            {
                ["key"] = fork.Key.ToString(), ["nodeId"] = fork.Key.NodeId.ToString(), ["epoch"] = record.Number.Number,
                ["hash"] = record.Hash.ToString(), ["record"] = JsonNode.Parse(line),
            });
    }
}
