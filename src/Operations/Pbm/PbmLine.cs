using System.Text.Json.Nodes;

namespace AkkaCompute.Operations.Pbm;

/// <summary>One line of an answer, for people and for programs.</summary>
/// <param name="Text"><c>null</c> means that only programs get this line.</param>
/// <param name="Json"><c>null</c> means that only people get this line.</param>
internal readonly record struct PbmLine(string? Text, JsonObject? Json = null)
{
    /// <summary>An answer that needs no waiting.</summary>
    public static async IAsyncEnumerable<PbmLine> AllAsync(IEnumerable<PbmLine> lines)
    {
        await Task.CompletedTask;
        foreach (var line in lines)
            yield return line;
    }
}
