using AkkaCompute.Domain.Ground;

namespace AkkaCompute.Domain.Entries;

/// <summary>
/// Where an entry stands. An author's main chain has the number 0; a sub-chain has the number of the entry in the main
/// chain that opened it. So a name is used once without anybody having to remember names, and every chain begins in
/// the same way: its opening entry is its number 0, and the next one has the number 1 and names the opening's hash.
/// </summary>
/// <param name="Issuer">The author: <c>iss</c>.</param>
/// <param name="Sub">The chain: <c>sub</c>, a decimal string, as RFC 7519 wants a string there.</param>
/// <param name="Seq">The number in the chain: <c>seq</c>. Only a declaration has 0.</param>
/// <param name="Previous">The hash of the entry before: <c>prev</c>. Zero in a declaration.</param>
/// <param name="Checkpoint"><c>cp</c>.</param>
public sealed record EntryPlace(NodeId Issuer, long Sub, long Seq, Hash256 Previous, Checkpoint Checkpoint)
{
    /// <summary>The number of an author's main chain.</summary>
    public const long Main = 0;

    /// <summary>The place of a declaration.</summary>
    public static EntryPlace First(NodeId issuer, Checkpoint checkpoint) => new(issuer, Main, 0, default, checkpoint);

    internal void Write(ClaimWriter writer)
    {
        writer.Hash("iss"u8, Issuer.Hash);
        writer.NumberAsText("sub"u8, Sub);
        writer.Number("seq"u8, Seq);
        writer.Hash("prev"u8, Previous);
        writer.Checkpoint("cp"u8, Checkpoint);
    }

    internal static EntryPlace Read(ref ClaimReader reader) => new(
        new NodeId(reader.Hash("iss"u8)),
        reader.NumberAsText("sub"u8),
        reader.Number("seq"u8),
        reader.Hash("prev"u8),
        reader.Checkpoint("cp"u8));
}
