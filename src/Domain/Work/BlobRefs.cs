namespace AkkaCompute.Domain.Work;

/// <summary>
/// The blobs of a result or an outcome, in an object of their own: few have any, and there is one of them for each task. <c>null</c> stands
/// for none, so that what has none is equal.
/// </summary>
/// <param name="Output">Standard output, where it is a blob.</param>
/// <param name="Listing">The listing of files, where it is a blob.</param>
internal sealed record BlobRefs(BlobRef? Output, BlobRef? Listing)
{
    public static BlobRefs? Of(BlobRef? output, BlobRef? listing) =>
        output is null && listing is null ? null : new BlobRefs(output, listing);

    /// <summary>All that are there.</summary>
    public static IReadOnlyList<BlobRef> All(BlobRefs? refs) => refs switch
    {
        null => [],
        { Output: { } output, Listing: { } listing } => [output, listing],
        _ => [refs.Output ?? refs.Listing!.Value],
    };
}
