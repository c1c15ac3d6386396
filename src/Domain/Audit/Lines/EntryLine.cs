using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Entries;

namespace AkkaCompute.Domain.Audit.Lines;

/// <summary>An entry, as its author signed it: the one line that is not JSON.</summary>
public sealed record EntryLine(Entry Entry) : ExportLine<EntryLine>
{
    /// <summary>Its lines come from <see cref="RecordSource"/>.</summary>
    internal static readonly LineKind Its = new("entry", null);

    internal override LineKind Kind => Its;

    internal override ReadOnlyMemory<byte> Text(out string? flaw)
    {
        flaw = null;
        return Entry.Bytes;
    }

    internal override void Write(ClaimWriter writer) => throw new InvalidOperationException("An entry is written as it was signed.");

    private protected override bool Follows(EntryLine before)
    {
        var (one, two) = (before.Entry.Place, Entry.Place);
        var order = new ChainName(one.Issuer, one.Sub).CompareTo(new ChainName(two.Issuer, two.Sub));
        return order < 0 || (order == 0 && one.Seq <= two.Seq);
    }
}
