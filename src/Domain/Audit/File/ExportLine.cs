using AkkaCompute.Domain.Chains;
using AkkaCompute.Domain.Draw;
using AkkaCompute.Domain.Entries;
using AkkaCompute.Domain.Epochs;
using AkkaCompute.Domain.Ground;
using AkkaCompute.Domain.Roster;

namespace AkkaCompute.Domain.Audit.File;

/// <summary>
/// One line of an export. A file is a <see cref="HeaderLine"/>, then for each epoch its <see cref="EpochLine"/> and what belongs
/// to it, kinds and lines of a kind in their order: so that no line can be swapped with another one. docs/records.md has the
/// text of each.
/// </summary>
public abstract record ExportLine
{
    private protected ExportLine() { }

    /// <summary>The place of its kind among the lines of an epoch.</summary>
    internal abstract int Rank { get; }
}

/// <summary>The first line: by which rules all the others are to be read.</summary>
public sealed record HeaderLine(TrustRules Rules) : ExportLine
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    internal override int Rank => -1;
}

/// <summary>An epoch begins: its record with its signatures.</summary>
public sealed record EpochLine(EpochRecord Record) : ExportLine
{
    internal override int Rank => 0;
}

/// <summary>A member that is new in the roster or has changed, as the roster's root has it.</summary>
public sealed record JoinedLine(Member Member) : ExportLine
{
    internal override int Rank => 1;
}

/// <summary>A member that has left.</summary>
public sealed record LeftLine(NodeId NodeId) : ExportLine
{
    internal override int Rank => 2;
}

/// <summary>A c-node's new standing, in the roster or not.</summary>
public sealed record StandingLine(StandingChange Change) : ExportLine
{
    internal override int Rank => 3;
}

/// <summary>What convicts a c-node that was banned: two entries, one after the other, with a line feed between.</summary>
public sealed record BanLine(BanProof Ban) : ExportLine
{
    internal override int Rank => 4;
}

/// <summary>A cluster node that is new, or begins another chain of chance. Where it is has no part in the records.</summary>
public sealed record NodeLine(PublicKey Key, Hash256 Anchor) : ExportLine
{
    internal override int Rank => 5;
}

/// <summary>A cluster node that is gone: the NodeId of its key.</summary>
public sealed record GoneLine(NodeId Node) : ExportLine
{
    internal override int Rank => 6;
}

/// <summary>Bundles that this epoch's beacon draws.</summary>
public sealed record DrawLine(DrawRequest Request) : ExportLine
{
    internal override int Rank => 7;
}

/// <summary>How far a chain has grown: its entries up to this one, and not covered before, are of this epoch.</summary>
public sealed record HeadLine(ChainHead Head) : ExportLine
{
    internal override int Rank => 8;
}

/// <summary>
/// What a bundle's results came to: not signed by itself, but without it the roots that its workers signed can't be had. Each of
/// them follows in an <see cref="OpenedLine"/>.
/// </summary>
/// <param name="Digests">The result of each task that was agreed on; zero where none was.</param>
public sealed record DecidedLine(JobId Job, long Bundle, ValueList<Hash256> Digests) : ExportLine
{
    internal override int Rank => 9;
}

/// <summary>One worker's results of the bundle in the line before.</summary>
/// <param name="Result">The hash of its entry. They rise.</param>
/// <param name="Salt">Opens the leaves under its root.</param>
/// <param name="At">The places in the bundle, rising, where it differs from what was agreed on.</param>
/// <param name="Got">What it has there; zero for no result.</param>
public sealed record OpenedLine(Hash256 Result, BundleSalt Salt, ValueList<long> At, ValueList<Hash256> Got) : ExportLine
{
    internal override int Rank => 9;
}

/// <summary>An entry, as its author signed it.</summary>
public sealed record EntryLine(Entry Entry) : ExportLine
{
    internal override int Rank => 10;
}
