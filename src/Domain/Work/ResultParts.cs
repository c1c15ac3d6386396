namespace AkkaCompute.Domain.Work;

/// <summary>A bundle's results in parts that fit a message.</summary>
public static class ResultParts
{
    /// <summary>Bytes of results in one part, so that it fits a frame of 128 KB whatever the last one adds.</summary>
    private const int PartBytes = 60 * 1024;

    /// <summary>At least one part; each has at least one result, where there are any.</summary>
    public static IReadOnlyList<IReadOnlyList<TaskResult>> Cut(IReadOnlyList<TaskResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var parts = new List<IReadOnlyList<TaskResult>>();
        var part = new List<TaskResult>();
        var bytes = 0;
        foreach (var result in results)
        {
            var size = result.Output.Length + result.Listing.Length + result.Stderr.Length + 32 + (2 * BlobRef.Bytes);
            if (part.Count > 0 && bytes + size > PartBytes)
            {
                parts.Add(part);
                part = [];
                bytes = 0;
            }
            part.Add(result);
            bytes += size;
        }
        parts.Add(part);
        return parts;
    }
}
